/** Trees fetched from the local GitHub, with its tokens and its rules. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { gitTrees } from '#adapters/git/trees.ts';
import type { Repository } from '#core/event.ts';
import { startLocalGitHub } from '#local-github/local-github.ts';
import type { LocalGitHub } from '#local-github/local-github.ts';
import { scratch } from '../../scratch.ts';

const repository: Repository = {
  id: 1,
  owner: 'acme',
  name: 'ledger',
  defaultBranch: 'main',
  private: true,
  installation: 1,
};

let github: LocalGitHub;
let head: string;

beforeAll(async () => {
  github = await startLocalGitHub({
    world: {
      users: [{ login: 'ada', role: 'write' }],
      repositories: [{ name: 'acme/ledger', files: { 'src/a.ts': 'export const a = 1;\n' } }],
    },
  });
  const answered = await fetch(`${github.url}/api/v3/repos/acme/ledger/git/ref/heads/main`, {
    headers: { authorization: `token ${github.users[0]!.token}` },
  });
  head = z.object({ object: z.object({ sha: z.string() }) }).parse(await answered.json())
    .object.sha;
});

afterAll(() => github.stop());

function basic(token: string): string {
  return `basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
}

function trees() {
  const dataDir = scratch();
  return gitTrees({ dataDir, log: pino({ level: 'silent' }), loopbackHttp: true });
}

function remote(token: string) {
  return { url: `${github.url}/acme/ledger.git`, authorization: basic(token) };
}

test('a commit of a private repository is laid out', async () => {
  const git = trees();
  await git.fetch(repository, remote(github.users[0]!.token), [head]);
  const { path } = await git.layer(repository, head);
  expect(readFileSync(join(path, 'src/a.ts'), 'utf8')).toBe('export const a = 1;\n');
});

test('an unknown commit is stale', async () => {
  const fetched = trees().fetch(repository, remote(github.users[0]!.token), ['f'.repeat(40)]);
  await expect(fetched).rejects.toMatchObject({ kind: 'stale' });
});

test('a wrong token is refused', async () => {
  const fetched = trees().fetch(repository, remote(`ghs_${'x'.repeat(36)}`), [head]);
  await expect(fetched).rejects.toMatchObject({ kind: 'refused' });
});
