/** The store's contract on the real PostgreSQL. */
import { storeContract } from '../../contracts/store.ts';
import { testPostgres } from '../../postgres.ts';

const postgres = await testPostgres();
const { store } = await postgres.open();

storeContract(() => Promise.resolve(store));
