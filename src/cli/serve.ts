/** `serve`: the App itself, or, while none is registered, the way to registering it. */
import { Command } from 'commander';
import { openApp, openLog, openSetup } from '#app.ts';
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
    .action(async () => {
      const config = readConfig(environment);
      const log = openLog(config.logLevel);
      if (config.app === undefined) {
        const setup = await openSetup({ config, log });
        console.error(`No GitHub App is configured yet. Open ${setup.url} to register one.`);
        await untilStopped();
        await setup.stop();
        return;
      }
      const app = await openApp({ config, log });
      await app.world.app.claimHook(`${app.url}/api/github/webhooks`);
      log.info({ url: app.url, model: app.world.model?.name ?? 'none' }, 'ready');
      await untilStopped();
      await app.stop(drainTime);
    });
}
