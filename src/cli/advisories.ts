/** `advisories`: what is known against versions of packages, refreshed from files or an address, and how old it is. */
import { Command } from 'commander';
import { knownAdvisories, refreshAdvisories, type KnownEcosystems } from '#check-sources.ts';
import { readConfig } from '#config.ts';
import { answer, table, type Environment } from './answer.ts';

interface Options {
  readonly json?: boolean;
}

function tell(known: KnownEcosystems, strange: number | undefined, { json }: Options): void {
  const rows = [...known].map(([ecosystem, { updated, advisories, packages }]) => [
    ecosystem,
    updated,
    `${String(advisories)} advisories on ${String(packages)} packages`,
  ]);
  const skipped = strange ? [`${String(strange)} files are no advisories and were left out.`] : [];
  const lines =
    rows.length > 0 ? table(rows) : ['There is no database: `advisories update` makes one.'];
  answer(json, { ecosystems: Object.fromEntries(known), strange }, [...lines, ...skipped]);
}

export function advisoriesCommand(environment: Environment): Command {
  const command = new Command().description(
    'What is known against versions of packages; the check `dependencies` asks it, without network.',
  );
  command
    .command('status', { isDefault: true })
    .description('which ecosystems are known, and since when')
    .option('--json', 'print one JSON document')
    .action((options: Options) => {
      tell(knownAdvisories(readConfig(environment)), undefined, options);
    });
  command
    .command('update')
    .description('replace what is known of the ecosystems that the sources speak of')
    .requiredOption(
      '--from <source...>',
      'folders, zips or files in the format of OSV, or https addresses of zips',
    )
    .option('--json', 'print one JSON document')
    .action(async (options: Options & { readonly from: readonly string[] }) => {
      const { ecosystems, strange } = await refreshAdvisories(
        readConfig(environment),
        options.from,
      );
      tell(ecosystems, strange, options);
    });
  return command;
}
