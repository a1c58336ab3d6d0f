/**
 * Notes as Release Drafter 7.7.0 writes them, byte by byte. The expected writes in cases/ are what its own program (the
 * `dist` of its tag v7.7.0, run by Node) sent to a stand-in of GitHub's REST and GraphQL interfaces that was made of the
 * histories; `%FIRST%` stands where it warns, in words of its own, that there is no release to compare with.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { compose, nothingBefore } from '#core/release/compose.ts';
import { readRules } from '#core/release/drafter-config.ts';
import { RunSetting } from '#core/release/drafter-schema.ts';
import { Commit, Pull, pullsInRange, Release } from '#core/release/manifest.ts';
import { previousReleases } from '#core/release/releases.ts';

const History = z.object({
  releases: z.array(Release),
  commits: z.array(Commit),
  pulls: z.array(Pull),
  newcomers: z.array(z.string()),
});
const Row = z.object({
  name: z.string(),
  history: z.string(),
  config: z.string(),
  run: RunSetting.optional(),
  set: z
    .object({
      version: z.string().optional(),
      tag: z.string().optional(),
      name: z.string().optional(),
    })
    .optional(),
  expected: z.record(z.string(), z.unknown()),
});
type Row = z.infer<typeof Row>;

const histories = z.record(z.string(), History).parse(yaml('histories.yml'));
const rows = readdirSync(join(import.meta.dirname, 'cases')).flatMap((file) =>
  z.array(Row).parse(yaml(`cases/${file}`)),
);

function yaml(path: string): unknown {
  return parse(readFileSync(join(import.meta.dirname, path), 'utf8'));
}

test('there are rows', () => expect(rows.length).toBeGreaterThanOrEqual(60));

test.each(rows.map((row) => [row.name, row] as const))('%s', (_, row) => {
  const { body, ...others } = row.expected;
  const first = nothingBefore.replace('$OWNER', 'acme').replace('$REPOSITORY', 'rocket');
  expect(write(row)).toEqual({ ...others, body: z.string().parse(body).replace('%FIRST%', first) });
});

function write({ history, config, run, set }: Row): unknown {
  const world = histories[history];
  if (world === undefined) return undefined;
  const ref = 'refs/heads/main';
  const read = readRules([{ file: 'release-drafter.yml', text: config }], { ref, run });
  if ('problems' in read) return read;
  const { last, draft } = previousReleases(world.releases, read.rules);
  // Without a release to begin from, no range is asked for.
  const { commits, pulls } = last === null ? { commits: [], pulls: [] } : world;
  const { newcomers } = world;
  const repository = { owner: 'acme', name: 'rocket', server: 'https://github.com' };
  const manifest = { repository, ref, last, commits, newcomers, notices: [] };
  const composed = compose(
    { ...manifest, pulls: [...pullsInRange({ commits, pulls })] },
    read.rules,
    set,
  );
  const { target, prerelease, latest, body } = composed;
  return {
    ...(draft ? { action: 'update', id: draft.id } : { action: 'create' }),
    tag: composed.tag === '' ? (draft?.tag ?? '') : composed.tag,
    name: composed.name === '' ? (draft?.name ?? '') : composed.name,
    ...{ target, prerelease, latest, body },
  };
}
