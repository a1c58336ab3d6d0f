/** `serve`: the App itself, or, while none is registered, the way to registering it. */
import { Command, Option } from 'commander';
import { openApp, openDoor, openLog, openSetup, type AppOptions, type Served } from '#app.ts';
import { readConfig } from '#config.ts';
import { settings } from '#core/environment.ts';
import { table, type Environment } from './answer.ts';
import { untilStopped } from './stopping.ts';

/** Milliseconds that runs under way get to reach the end of a step. */
const drainTime = 20_000;

export function serveCommand(environment: Environment): Command {
  return new Command()
    .description('Runs the App: receives webhooks and works on runs, until SIGINT or SIGTERM.')
    .addHelpText('after', () =>
      [
        '',
        'Environment:',
        ...table(settings.map(({ name, meaning }) => [`  ${name}`, meaning])),
      ].join('\n'),
    )
    .addOption(
      new Option(
        '--role <role>',
        'web takes webhooks, worker works on runs (default: all)',
      ).choices(['web', 'worker', 'all']),
    )
    .action(async ({ role }: { role?: string }) => {
      const config = readConfig({ ...environment, ...(role && { SLUICE_ROLE: role }) });
      const log = openLog(config.logLevel);
      if (config.app === undefined && config.role !== 'worker') {
        const setup = await openSetup({ config, log });
        console.error(`No GitHub App is configured yet. Open ${setup.url} to register one.`);
        await untilStopped();
        await setup.stop();
        return;
      }
      const { served, model } = await start({ config, log });
      if (config.role !== 'worker')
        await served.github.claimHook(`${served.url}/api/github/webhooks`);
      log.info({ url: served.url, role: config.role, model }, 'ready');
      await untilStopped();
      await served.stop(drainTime);
    });
}

async function start(options: AppOptions): Promise<{ served: Served; model: string | undefined }> {
  if (options.config.role === 'web') return { served: await openDoor(options), model: undefined };
  const app = await openApp(options);
  // Probed now, so that a breach stands in the log before the first run is refused for it.
  await app.world.sandbox.health();
  return { served: app, model: app.world.model?.name ?? 'none' };
}
