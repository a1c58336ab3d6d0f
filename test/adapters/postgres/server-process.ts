/** A process of its own that uses the embedded server at argv[2] until it is killed, or until its input ends. */
import { embeddedPostgres } from '#adapters/postgres/embedded.ts';
import { silentLog } from '../../silent-log.ts';

const embedded = await embeddedPostgres({ dataDir: process.argv[2] ?? '', log: silentLog });
process.stdout.write(`${JSON.stringify(embedded.connection)}\n`);
process.stdin.resume().once('end', () => void embedded.stop());
