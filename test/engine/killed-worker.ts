/** A worker of its own process: on the database at argv[2], for all tales, told in the folder argv[3]. Tells where it hangs. */
import { openPostgres } from '#adapters/postgres/open.ts';
import { work } from '#engine/worker.ts';
import { silentLog } from '../silent-log.ts';
import { taleFlow, taleModel, tales } from './tale.ts';
import { worldWith } from './world.ts';

const [, , databaseUrl = '', folder = ''] = process.argv;

/** Each tale but the calm one is named after the place where this process gets stuck in it. */
async function hang(tale: string, here: string): Promise<void> {
  if (here !== tale) return;
  process.stdout.write(`${here}\n`);
  // The process stays because its connections do.
  await new Promise(() => undefined);
}

const settings = { heartbeat: 2, workers: tales.length };
const opened = await openPostgres({ databaseUrl, dataDir: '', log: silentLog, ...settings });
const flows = tales.map((name) => taleFlow(name, folder, hang));
await work({ ...opened, flows, world: worldWith(taleModel(folder, hang)) });
