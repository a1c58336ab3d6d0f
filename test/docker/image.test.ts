/** The image and the compose file as an operator trusts them: what goes in, what is allowed, and nothing broader. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig } from '#config.ts';

function read(name: string): string {
  return readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
}

const dockerfile = read('docker/app.Dockerfile');
const Service = z.looseObject({ image: z.string() });
const Compose = z.object({
  services: z.object({ web: Service, worker: Service, database: Service }),
});
const Profile = z.object({
  defaultAction: z.string(),
  syscalls: z.array(z.object({ names: z.array(z.string()) })),
});
const compose: unknown = parse(read('docker/compose.yaml'), { merge: true });
const { web, worker, database } = Compose.parse(compose).services;

function words(instruction: string): readonly string[] {
  const lines = dockerfile.matchAll(new RegExp(`^${instruction} (.*)$`, 'gm'));
  return [...lines].map(([, rest = '']) => rest);
}

test('the worker gets exactly the options that its sandbox needs, the web half none, and both give up all else', () => {
  expect(web.security_opt).toEqual(['no-new-privileges:true']);
  expect(worker.security_opt).toEqual([
    'no-new-privileges:true',
    'systempaths=unconfined',
    'seccomp=seccomp.json',
    'apparmor=unconfined',
  ]);
  for (const half of [web, worker])
    expect(half).toMatchObject({ cap_drop: ['ALL'], read_only: true, image: 'sluice' });
  expect(worker.volumes).toEqual(['data:/var/lib/sluice']);
  expect(Object.keys(web)).not.toContain('volumes');
  for (const service of [web, worker, database]) {
    const broader = [
      'privileged',
      'cap_add',
      'devices',
      'network_mode',
      'pid',
      'ipc',
      'userns_mode',
    ];
    expect(Object.keys(service)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(`^(${broader.join('|')})$`)]),
    );
  }
});

test('the profile of system calls refuses nothing that bubblewrap needs', () => {
  const { defaultAction, syscalls } = Profile.parse(JSON.parse(read('docker/seccomp.json')));
  const refused = syscalls.flatMap(({ names }) => names);
  expect(defaultAction).toBe('SCMP_ACT_ALLOW');
  expect(refused).toEqual(expect.arrayContaining(['bpf', 'keyctl', 'io_uring_setup', 'ptrace']));
  for (const name of [
    'clone',
    'clone3',
    'unshare',
    'mount',
    'umount2',
    'pivot_root',
    'sethostname',
  ])
    expect(refused).not.toContain(name);
});

test('images are named with a release, never with whatever is newest', () => {
  const stages = words('FROM').map((image) => image.split(' ')[0]);
  expect(stages.length).toBeGreaterThan(1);
  for (const image of [...stages, database.image])
    expect(image).toMatch(/^[a-z]+:(\d+(\.\d+)?-)?bookworm(-slim)?$/);
});

test('a registry and its certificates are known to one command of the build and kept nowhere', () => {
  for (const line of [...words('ARG'), ...words('ENV')])
    expect(line).not.toMatch(/npm_|registry|TOKEN|CERT/i);
  const install = /^RUN ((?:.*\\\n)*.*npm ci.*)$/m.exec(dockerfile)?.[1];
  expect(install).toContain('--mount=type=secret,id=npmrc');
  expect(install).toContain('--mount=type=secret,id=ca');
});

test('only what the app runs on is copied, and no file of variables', () => {
  const [first, ...allowed] = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(first).toBe('*');
  expect(allowed).toEqual([
    '!.npmrc',
    '!LICENSE',
    '!app.yml',
    '!docker/tools',
    '!package.json',
    '!package-lock.json',
    '!prompts',
    '!src',
  ]);
});

test('it serves as an ordinary user, with its data in the volume', () => {
  expect(words('USER').at(-1)).toBe('sluice');
  expect(words('ARG').filter((line) => line.startsWith('UID='))).toEqual([
    'UID=10001',
    'UID=10001',
  ]);
  const environment = /^ENV ((?:.*\\\n)*.*)$/m.exec(dockerfile)?.[1] ?? '';
  const pairs = [...environment.matchAll(/(\w+)=(\S*)/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ]);
  const variables = Object.fromEntries(pairs) as Record<string, string>;
  const { dataFolder, host, port } = readConfig(variables);
  expect(words('VOLUME')).toEqual([dataFolder]);
  expect(words('EXPOSE')).toEqual([String(port)]);
  expect(host).toBe('0.0.0.0');
  expect(words('CMD')).toEqual(['["serve"]']);
  expect(dockerfile).toMatch(/^HEALTHCHECK .*\\\n.*\/healthz/m);
});
