/** A worker of its own process: on the database at argv[2], with argv[3] runs at once; tells its parent what it does. */
import { openPostgres } from '#adapters/postgres/open.ts';
import { work } from '#engine/worker.ts';
import { worldWith } from '../engine/world.ts';
import { silentLog } from '../silent-log.ts';
import { now, waitingFlow, type Told } from './waiting-flow.ts';

const [, , databaseUrl = '', workers = '', cap = ''] = process.argv;
const tell = (told: Told): void => void process.send?.(told);
const settings = { workers: Number(workers), cap: Number(cap) };
const opened = await openPostgres({ databaseUrl, dataDir: '', log: silentLog, ...settings });
await work({ ...opened, flows: [waitingFlow(tell)], world: worldWith() });
tell({ tells: 'ready', run: '', installation: 0, at: now() });
process.once('disconnect', () => process.exit());
