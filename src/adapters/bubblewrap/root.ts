/** Root: the file system that every command finds around its repository, laid once by the runner and then bound read-only. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { checkersMount, toolsFolder } from '#workspace/environment.ts';
import { etcCopies, etcFolders, systemFolders } from './command-line.ts';
import { runSystem } from './system.ts';

/** The synthetic part of `/etc`: one user, one host, no name server. */
const etc: Readonly<Record<string, string>> = {
  passwd: 'root:x:0:0::/:/bin/sh\nsandbox:x:1000:1000::/home/sandbox:/bin/sh\n',
  group: 'root:x:0:\nsandbox:x:1000:\n',
  hosts: '127.0.0.1 localhost sandbox\n::1 localhost\n',
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
  'resolv.conf': '',
  'host.conf': 'multi on\n',
};

/** Where each sandbox mounts something of its own. */
const mountPoints = ['proc', 'dev', 'tmp', 'run', 'repo', 'home/sandbox'];

/** bubblewrap asks the kernel about every mount again after each that it makes, so one bind costs a third of twenty. */
export async function layRoot(root: string): Promise<void> {
  mkdirSync(root);
  await runSystem('mount', ['-n', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', root]);
  for (const path of systemFolders) await place(root, path);
  for (const name of etcFolders) await place(root, `/etc/${name}`);
  await place(root, toolsFolder);
  await place(root, checkersMount);
  writeEtc(join(root, 'etc'));
  for (const name of mountPoints) mkdirSync(join(root, name), { recursive: true });
}

/** Binds a folder of the runner's below `root`, or makes the same link. */
async function place(root: string, path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (found.isSymbolicLink()) {
    symlinkSync(readlinkSync(path), join(root, path));
    return;
  }
  mkdirSync(join(root, path), { recursive: true });
  await runSystem('mount', ['-n', '--rbind', path, join(root, path)]);
}

function writeEtc(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const copies = etcCopies
    .filter((name) => existsSync(join('/etc', name)))
    .map((name) => [name, readFileSync(join('/etc', name))] as const);
  for (const [name, content] of [...Object.entries(etc), ...copies]) {
    writeFileSync(join(folder, name), content);
    chmodSync(join(folder, name), 0o644);
  }
}
