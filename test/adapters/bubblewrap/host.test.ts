/** What the operator is told where the sandbox cannot work, and how the probe judges what it saw. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { explainFailure, installCommand, missingPrograms } from '#adapters/bubblewrap/host.ts';
import { breaches, claims, knownFile, type Seen } from '#workspace/probe.ts';
import { Answer, frame, messagesOf } from '#adapters/bubblewrap/protocol.ts';
import { sweepFolders } from '#adapters/bubblewrap/sweep.ts';

test('a runner that was started with the environment of the app refuses to work', async () => {
  const program = join(import.meta.dirname, '../../../src/runner.ts');
  const env = { PATH: '/usr/bin', APP_PRIVATE_KEY: 'canary' };
  const child = spawn(process.execPath, [program], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const request = { do: 'start', asRoot: false, tools: [], firstUid: 64_000 };
  child.stdin.end(frame({ id: 1, request }));
  const answers: unknown[] = [];
  for await (const message of messagesOf(child.stdout)) answers.push(message);
  const { error } = Answer.parse(answers[0]);
  expect(error).toMatchObject({ code: 'sandbox-unavailable' });
  expect(error?.message).toContain('APP_PRIVATE_KEY');
  expect(JSON.stringify(answers)).not.toContain('canary');
});

test('what a killed app left is swept, what is fresh or finished stays', async () => {
  const root = await mkdtemp(join(tmpdir(), 'sweep-'));
  const [layers = '', kept = '', gates = ''] = await Promise.all(
    ['layers', 'kept', 'gates'].map(async (name) => {
      await mkdir(join(root, name));
      return join(root, name);
    }),
  );
  const old = [join(kept, '.draft-old'), join(gates, 'old.sock'), join(kept, 'finished')];
  for (const path of [...old, join(kept, '.draft-new'), join(gates, 'new.sock')]) {
    await writeFile(path, '');
  }
  for (const path of old) await utimes(path, 1, 1);
  await sweepFolders({ layers, kept, gates }, Date.now());
  expect((await readdir(kept)).sort()).toEqual(['.draft-new', 'finished']);
  expect(await readdir(gates)).toEqual(['new.sock']);
  await rm(root, { recursive: true });
});

test.each([
  ['ID=debian', 'apt-get install bubblewrap'],
  ['NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian', 'apt-get install bubblewrap'],
  ['ID="rocky"\nID_LIKE="rhel centos fedora"', 'dnf install bubblewrap'],
  ['ID=fedora', 'dnf install bubblewrap'],
  ['ID=alpine', 'apk add bubblewrap'],
  ['ID=arch', 'pacman -S bubblewrap'],
  ['ID="opensuse-leap"\nID_LIKE="suse opensuse"', 'zypper install bubblewrap'],
  ['', 'apt-get install bubblewrap'],
])('on %j bubblewrap is installed by %s', (release, command) => {
  expect(installCommand('bubblewrap', release)).toBe(command);
});

test('on other systems the operator is told that it needs Linux', () => {
  expect(missingPrograms('darwin')?.problem).toContain('needs Linux');
});

test('the words of a failure are handed on, with what to do', () => {
  const overlay = explainFailure("mount: unknown filesystem type 'overlay'");
  expect(overlay.problem).toContain('unknown filesystem');
  expect(overlay.remedy).toContain('overlay');
  expect(explainFailure("bwrap: Can't mount proc: Operation not permitted").remedy).toContain(
    '--security-opt',
  );
  expect(explainFailure('something else').remedy).not.toBe('');
});

describe('the probe', () => {
  const lines = [
    'layer known',
    'routes 0',
    'links 0',
    'CapEff: 0000000000000000',
    'CapBnd: 0000000000000000',
    'NoNewPrivs: 1',
    'Seccomp: 2',
    'process 1',
    'name PATH',
    'name PWD',
    'done 1',
  ];
  const seen = (text: readonly string[], more: Partial<Seen> = {}): Seen => ({
    execution: {
      exitCode: 0,
      signal: null,
      timedOut: false,
      outOfMemory: false,
      stdout: text.join('\n'),
      stderr: '',
      truncated: false,
      milliseconds: 1,
    },
    owner: 64_001,
    asRoot: true,
    seccomp: true,
    ...more,
  });
  const swap = (from: string, to: string) => lines.map((line) => (line === from ? to : line));

  test('finds nothing wrong where all holds', () => {
    expect(knownFile).toBe('known');
    expect(breaches(seen(lines))).toEqual([]);
    expect(new Set(claims(seen(lines)).map(({ name }) => name)).size).toBeGreaterThanOrEqual(12);
  });

  test.each([
    ['routes 0', 'routes 1', 'network'],
    ['links 0', 'links 1', 'network'],
    ['NoNewPrivs: 1', 'NoNewPrivs: 0', 'privileges'],
    ['CapEff: 0000000000000000', 'CapEff: 000001ffffffffff', 'powers of root'],
    ['Seccomp: 2', 'Seccomp: 0', 'system calls'],
    ['process 1', 'place /root', '/root'],
    ['name PWD', 'name DATABASE_URL', 'DATABASE_URL'],
    ['layer known', 'layer', 'layers'],
    ['process 1', 'writes /usr', 'written'],
    ['routes 0', 'open namespaces', 'namespaces'],
    ['routes 0', 'open filter', 'lets all through'],
    ['routes 0', 'open kernel', "kernel's own files"],
  ])('is not content with %s become %s', (from, to, breach) => {
    expect(breaches(seen(swap(from, to))).join()).toContain(breach);
  });

  test('is not content with a probe that said nothing, or that ran as root', () => {
    expect(breaches(seen([])).length).toBeGreaterThan(5);
    expect(breaches(seen(lines, { owner: 0 }))).toEqual(['commands run as root']);
  });

  test('is not content with a line that a command could have added', () => {
    expect(breaches(seen([...lines, 'routes 0'])).join()).toContain('network');
  });
});
