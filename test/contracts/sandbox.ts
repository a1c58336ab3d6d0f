/**
 * The contract of the sandbox port, runnable on any adapter and without a test framework, since some brokers are
 * processes of their own. Each attack is also run outside: a payload that does no harm there proves nothing.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { textBlob, type FileChange } from '#core/change.ts';
import type { Command, Execution, Layer, Sandbox, Workspace } from '#ports/sandbox.ts';

export interface Subject {
  /** With `contractLimits`, and Node as `/opt/tools/bin/node`. */
  readonly sandbox: Sandbox;
  readonly dataDir: string;
}

const mib = 2 ** 20;

/** Small enough that every limit is met within a moment. */
export const contractLimits = {
  tool: { wall: 10_000, processes: 64, disk: 16 * mib, inodes: 600, memory: 400 * mib },
  test: { wall: 20_000, processes: 64, disk: 24 * mib, inodes: 600, memory: 256 * mib },
} as const;

export interface Case {
  readonly title: string;
  readonly run: (subject: Subject) => Promise<void>;
}

const tree: Readonly<Record<string, string>> = {
  'a.txt': 'one\n',
  'src/b.ts': 'export const b = 1;\n',
  'src/deep/c.ts': 'c\n',
  'src/deep/d.ts': 'd\n',
  'run.sh': '#!/bin/sh\necho ran\n',
};

/** Writes files as a new layer, read-only as trees are written. */
export async function layerOf(
  dataDir: string,
  files: Readonly<Record<string, string>>,
): Promise<Layer> {
  const key = randomUUID();
  const path = join(dataDir, 'layers', key);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
    await chmod(join(path, name), name.endsWith('.sh') ? 0o555 : 0o444);
  }
  return { key, path };
}

/** Hands a workspace on the small tree to `use` and closes it. */
async function within(
  { sandbox, dataDir }: Subject,
  use: (workspace: Workspace) => Promise<void>,
): Promise<void> {
  const workspace = await sandbox.open([await layerOf(dataDir, tree)]);
  try {
    await use(workspace);
  } finally {
    await workspace.close();
  }
}

const sh = (script: string, more: Partial<Command> = {}): Command => ({
  argv: ['/bin/sh', '-c', script],
  purpose: 'tool',
  ...more,
});
const node = (script: string, more: Partial<Command> = {}): Command => ({
  argv: ['node', '-e', script],
  purpose: 'tool',
  ...more,
});

/** The same payload without a sandbox: the control. */
async function outside(argv: readonly string[], cwd = tmpdir()): Promise<string> {
  const [program = '', ...args] = argv;
  const child = spawn(program === 'node' ? process.execPath : program, args, { cwd });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await new Promise((resolve) => child.on('close', resolve));
  return text;
}

function ok(done: Execution): Execution {
  assert.equal(done.exitCode, 0, JSON.stringify(done));
  return done;
}

const file = (path: string, text: string | null, mode: FileChange['mode'] = '100644') => ({
  path,
  mode,
  content: text === null ? null : textBlob(text),
});

const refusal = { code: 'workspace-refused' };

/** Whether a process with this word among its arguments lives on this machine. */
export function isRunning(word: string): boolean {
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/u.test(name) || Number(name) === process.pid) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').includes(word);
    } catch {
      return false;
    }
  });
}

/** Polls: what is waited for happens in a process that tells us nothing. */
export async function until(holds: () => boolean, milliseconds = 5_000): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!holds()) {
    assert.ok(performance.now() < end, 'it did not come about in time');
    await sleep(5);
  }
}

const work: readonly Case[] = [
  {
    title: 'an exit code, both streams and the input are handed through',
    run: (subject) =>
      within(subject, async (workspace) => {
        const script =
          "process.stdin.pipe(process.stdout); require('node:fs').writeFileSync('/dev/stderr', 'e\\n'); process.exitCode = 3";
        const done = await workspace.exec(node(script, { input: 'in' }));
        assert.deepEqual(
          { ...done, milliseconds: 0 },
          {
            exitCode: 3,
            signal: null,
            timedOut: false,
            outOfMemory: false,
            stdout: 'in',
            stderr: 'e\n',
            truncated: false,
            milliseconds: 0,
          },
        );
      }),
  },
  {
    title: 'a signal is told apart from an exit code, and a program that is not there from both',
    run: (subject) =>
      within(subject, async (workspace) => {
        const killed = await workspace.exec(sh('kill -SEGV $$'));
        assert.deepEqual([killed.exitCode, killed.signal], [null, 'SIGSEGV']);
        const absent = await workspace.exec({ argv: ['no-such-program'], purpose: 'tool' });
        assert.deepEqual([absent.exitCode, absent.signal], [127, null]);
        for (const word of ['a\0b', 'x'.repeat(200_000)]) {
          await assert.rejects(workspace.exec({ argv: ['echo', word], purpose: 'tool' }), refusal);
        }
      }),
  },
  {
    title: 'commands see what earlier ones wrote, in the folder and environment asked for',
    run: (subject) =>
      within(subject, async (workspace) => {
        ok(await workspace.exec(sh('echo more >> a.txt; mkdir -p new/er; echo n > new/er/n')));
        const command = sh('pwd; echo "$X"; cat n ../../a.txt; ../../run.sh', {
          folder: 'new/er',
          environment: { X: 'given' },
        });
        const done = ok(await workspace.exec(command));
        assert.equal(done.stdout, '/repo/new/er\ngiven\nn\none\nmore\nran\n');
        await assert.rejects(workspace.exec(sh('true', { folder: '../etc' })), refusal);
        ok(await workspace.exec(sh('ln -s /etc link')));
        await assert.rejects(workspace.exec(sh('true', { folder: 'link' })), refusal);
      }),
  },
  {
    title: 'Node and Python run, threads, child processes and loopback included',
    run: (subject) =>
      within(subject, async (workspace) => {
        const script = `
          const { Worker } = require('node:worker_threads');
          const server = require('node:http').createServer((_, answer) => answer.end('hello'));
          server.listen(0, '127.0.0.1', async () => {
            const text = await (await fetch('http://127.0.0.1:' + server.address().port)).text();
            const child = require('node:child_process').execFileSync('/bin/echo', ['child']);
            new Worker("require('node:worker_threads').parentPort.postMessage('thread')", { eval: true })
              .on('message', (word) => { console.log(text, word, String(child).trim()); server.close(); });
          });`;
        assert.equal(ok(await workspace.exec(node(script))).stdout, 'hello thread child\n');
        const python =
          'import subprocess, threading; print(subprocess.check_output(["echo", "py"]))';
        const found = await workspace.exec(sh('command -v python3'));
        if (found.exitCode !== 0) return;
        const done = await workspace.exec({ argv: ['python3', '-c', python], purpose: 'tool' });
        assert.equal(ok(done).stdout, "b'py\\n'\n");
      }),
  },
  {
    title: 'what is collected is created, edited and deleted files, compared with the layers',
    run: (subject) =>
      within(subject, async (workspace) => {
        const script = `
          printf 'one\\n' > same && mv same a.txt
          echo 2 > src/b.ts
          rm -r src/deep && mkdir src/deep && echo new > src/deep/c.ts
          chmod +x src/deep/c.ts; chmod -x src/deep/c.ts; touch run.sh
          rm run.sh; mkdir run.sh; echo inner > run.sh/x
          printf '\\001\\377' > bytes; mkdir -p node_modules/.cache; echo c > node_modules/.cache/c
          mkdir -p .venv/lib py/.venv; echo c > .venv/lib/c.pyc; echo c > py/.venv/c`;
        ok(await workspace.exec(sh(script)));
        const { files, refused } = await workspace.collect();
        assert.deepEqual(
          files.map(({ path, kind, content }) => [path, kind, content?.text]),
          [
            ['bytes', 'created', 'Af8='],
            ['run.sh', 'deleted', undefined],
            ['run.sh/x', 'created', 'inner\n'],
            ['src/b.ts', 'edited', '2\n'],
            ['src/deep/c.ts', 'edited', 'new\n'],
            ['src/deep/d.ts', 'deleted', undefined],
          ],
        );
        assert.deepEqual(refused, []);
      }),
  },
  {
    title: 'files are written from outside, new folders, modes and deletions included',
    run: (subject) =>
      within(subject, async (workspace) => {
        await workspace.write([
          file('x/y/z.sh', '#!/bin/sh\necho z\n', '100755'),
          file('a.txt', 'two\n'),
          file('src/b.ts', null),
          file('never', null),
        ]);
        const script = 'x/y/z.sh; cat a.txt; ls src; echo more >> a.txt; rm -r x';
        const done = ok(await workspace.exec(sh(script)));
        assert.equal(done.stdout, 'z\ntwo\ndeep\n');
        const { files } = await workspace.collect();
        assert.deepEqual(
          files.map(({ path, kind }) => [path, kind]),
          [
            ['a.txt', 'edited'],
            ['src/b.ts', 'deleted'],
          ],
        );
      }),
  },
  {
    title: 'a folder is kept as a layer that lies on the tree of another workspace',
    run: async (subject) => {
      const key = `npm:${randomUUID()}`;
      assert.equal(await subject.sandbox.kept(key), undefined);
      await within(subject, async (workspace) => {
        const script = `
          mkdir -p node_modules/p node_modules/.bin; echo 'module.exports = 7' > node_modules/p/index.js
          ln -s ../p/index.js node_modules/.bin/p; ln -s /etc/shadow node_modules/out
          ln -s ../../../../../etc/shadow node_modules/p/up; mkfifo node_modules/pipe
          echo s > node_modules/s; chmod 4755 node_modules/s`;
        ok(await workspace.exec(sh(script)));
        const layer = await workspace.keep('node_modules', key);
        assert.deepEqual(await workspace.keep('node_modules', key), layer);
        assert.deepEqual(await subject.sandbox.kept(key), layer);
        await assert.rejects(workspace.keep('../x', 'k'), refusal);
        await assert.rejects(workspace.keep('absent', 'k'), refusal);
        assert.deepEqual(readdirSync(join(layer.path, 'node_modules')).sort(), ['.bin', 'p', 's']);
      });
      const kept = await subject.sandbox.kept(key);
      assert.ok(kept);
      const base = await layerOf(subject.dataDir, tree);
      const workspace = await subject.sandbox.open([base, kept]);
      const script = `
        require('node:fs').writeFileSync('node_modules/p/index.js', 'module.exports = 8');
        require('node:fs').rmSync('node_modules/s');
        require('node:fs').appendFileSync('src/b.ts', '//');
        console.log(require('/repo/node_modules/.bin/p'))`;
      assert.equal(ok(await workspace.exec(node(script))).stdout, '8\n');
      const { files, refused } = await workspace.collect();
      assert.deepEqual([files.map(({ path }) => path), refused], [['src/b.ts'], []]);
      await workspace.close();
      const index = await readFile(join(kept.path, 'node_modules/p/index.js'), 'utf8');
      assert.equal(index, 'module.exports = 7\n');
    },
  },
  {
    title: 'a socket of ours can be reached as the gate, and only when it is given',
    run: async (subject) => {
      const socket = join(subject.dataDir, 'one.sock');
      const server = createServer((client) => client.end('through the gate'));
      await new Promise<void>((resolve) => server.listen(socket, resolve));
      const script = `require('node:net').connect('/run/gate.sock').on('error', (error) => console.log(error.code)).pipe(process.stdout)`;
      await within(subject, async (workspace) => {
        const done = ok(await workspace.exec(node(script, { gate: socket })));
        assert.equal(done.stdout, 'through the gate');
        assert.equal((await workspace.exec(node(script))).stdout, 'ENOENT\n');
      });
      server.close();
    },
  },
];

const attacks: readonly Case[] = [
  {
    title: 'a command that opens the gate hundreds of times does not use up our descriptors',
    run: async (subject) => {
      const socket = join(subject.dataDir, 'many.sock');
      let opened = 0;
      const server = createServer((client) => {
        opened += 1;
        client.resume().on('error', () => undefined);
      });
      await new Promise<void>((resolve) => server.listen(socket, resolve));
      const script = (path: string) => `
        (async () => {
          const held = [];
          for (let each = 0; each < 600; each += 1) await new Promise((resolve) => {
            held.push(require('node:net').connect('${path}', resolve).on('error', resolve));
          });
          process.exit();
        })()`;
      try {
        const { argv } = node(script(socket));
        await outside(argv);
        await until(() => opened === 600);
        opened = 0;
        await within(subject, async (workspace) => {
          ok(await workspace.exec(node(script('/run/gate.sock'), { gate: socket })));
        });
        // A few more than may be open at a time: some end while others are still asked for.
        assert.ok(opened > 0 && opened < 200, String(opened));
      } finally {
        server.close();
      }
    },
  },
  {
    title: 'the environment of the app cannot be found',
    run: (subject) =>
      within(subject, async (workspace) => {
        const canary = `canary-${randomUUID()}`;
        process.env.SLUICE_TEST_CANARY = canary;
        const script = 'cat /proc/[0-9]*/environ /proc/self/environ | tr "\\0" "\\n"; echo ran';
        const control = await outside(['/bin/sh', '-c', script]);
        const done = await workspace.exec(sh(script));
        delete process.env.SLUICE_TEST_CANARY;
        assert.ok(control.includes(canary), 'the control does not find it');
        assert.match(done.stdout, /ran/u);
        assert.ok(!done.stdout.includes(canary));
      }),
  },
  {
    title: 'the files of the machine and of the app cannot be read',
    run: (subject) =>
      within(subject, async (workspace) => {
        const secret = join(subject.dataDir, 'key.pem');
        await writeFile(secret, 'canary-key', { mode: 0o600 });
        const places = `${secret} /proc/1/root${secret} /proc/self/cwd/../..${secret}`;
        const script = `cat ${places}; wc -c /etc/shadow /proc/kcore; echo ran`;
        assert.match(await outside(['/bin/sh', '-c', script]), /canary-key/u);
        const done = await workspace.exec(sh(script));
        assert.match(done.stdout, /ran/u);
        assert.ok(!done.stdout.includes('canary-key'));
        assert.match(done.stderr, /shadow: No such file/u);
      }),
  },
  {
    title: 'there is no way out to the network',
    run: (subject) =>
      within(subject, async (workspace) => {
        const server = createServer((client) => client.end('connected'));
        await new Promise<void>((resolve) => server.listen(0, resolve));
        const address = server.address();
        assert.ok(address && typeof address === 'object');
        const hosts = ['127.0.0.1', '::1', '1.1.1.1'];
        const script = `for (const host of ${JSON.stringify(hosts)}) require('node:net').connect({ host, port: ${address.port}, timeout: 300 }).on('error', (error) => console.log(error.code)).on('timeout', function () { this.destroy() }).pipe(process.stdout)`;
        assert.match(await outside(['node', '-e', script]), /connected/u);
        const done = await workspace.exec(node(script));
        server.close();
        assert.match(done.stdout, /ECONNREFUSED/u);
        assert.match(done.stdout, /ENETUNREACH/u);
        assert.ok(!done.stdout.includes('connected'));
      }),
  },
  {
    title: 'commands have no powers: no namespaces, no mounts, no writing to the system',
    run: (subject) =>
      within(subject, async (workspace) => {
        const script = `unshare -U true && echo userns; unshare -m true && echo mountns
          mount -t tmpfs none /tmp && echo mounted; for d in / /usr /etc /opt/tools /opt/tools/bin /dev /proc/sys/kernel; do
          (: > $d/sluice-x) 2>/dev/null && echo wrote $d; done; (: > /tmp/x) && echo ran $(id -u)`;
        const done = await workspace.exec(sh(script));
        assert.equal(done.stdout, 'ran 1000\n');
      }),
  },
  {
    title: 'a link does not lead writing, collecting or keeping out of the workspace',
    run: (subject) =>
      within(subject, async (workspace) => {
        const target = join(subject.dataDir, 'target');
        await mkdir(target, { recursive: true });
        ok(await workspace.exec(sh(`ln -s ${target} out; rm a.txt; ln -s ${target}/a a.txt`)));
        await assert.rejects(workspace.write([file('out/planted', 'x')]), refusal);
        await assert.rejects(workspace.keep('out', 'k'), refusal);
        await workspace.write([file('a.txt', 'plain\n')]);
        assert.deepEqual(readdirSync(target), []);
        const { files, refused } = await workspace.collect();
        assert.deepEqual(
          files.map(({ path, content }) => [path, content?.text]),
          [['a.txt', 'plain\n']],
        );
        assert.deepEqual(refused, [{ path: 'out', reason: 'it is a symbolic link' }]);
      }),
  },
  {
    title: 'what is kept takes no more of the disk than a workspace has, and no name stops it',
    run: (subject) =>
      within(subject, async (workspace) => {
        const mebi = String(2 ** 20);
        const makers = [
          // The control: what these made is small in the workspace.
          `for i in 1 2 3; do truncate -s 10485760 f$i; done; test $(du -s . | cut -f1) -lt 1024`,
          `head -c ${mebi} /dev/zero > f; for i in $(seq 30); do ln f l$i; done; test $(du -s . | cut -f1) -lt 2048`,
          `d=$(printf %0200d 0); for i in $(seq 12); do mkdir $d && cd $d || exit 1; done`,
        ];
        for (const [number, maker] of makers.entries()) {
          const folder = `grown${String(number)}`;
          ok(await workspace.exec(sh(`mkdir ${folder} && cd ${folder} && ${maker}`)));
          await assert.rejects(workspace.keep(folder, randomUUID()), refusal, maker);
        }
        ok(await workspace.exec(sh(`mkdir odd; touch odd/fine "odd/$(printf '\\377')"`)));
        const { path } = await workspace.keep('odd', randomUUID());
        assert.deepEqual(readdirSync(join(path, 'odd')), ['fine']);
        assert.deepEqual(
          readdirSync(join(subject.dataDir, 'kept')).filter((name) => name.startsWith('.')),
          [],
        );
      }),
  },
  {
    title: 'a folder that a command closed is the trouble of its workspace, not of the sandbox',
    run: (subject) =>
      within(subject, async (workspace) => {
        ok(await workspace.exec(sh('chmod 000 .')));
        await assert.rejects(workspace.exec(sh('echo never')), refusal);
        await workspace.write([file('src/new.ts', 'new\n')]);
        const { files } = await workspace.collect();
        assert.deepEqual(
          files.map(({ path }) => path),
          ['src/new.ts'],
        );
      }),
  },
  {
    title: 'nothing is written before every name was found good',
    run: (subject) =>
      within(subject, async (workspace) => {
        const bad = [
          '../x',
          '/etc/x',
          'a/../../x',
          '.git/hooks/post-checkout',
          'a/.GIT./x',
          'a\nb',
        ];
        for (const path of bad) {
          const files = [file('good', 'x'), file(path, 'x')];
          await assert.rejects(workspace.write(files), refusal, path);
        }
        assert.deepEqual((await workspace.collect()).files, []);
      }),
  },
  {
    title: 'what can never be part of a change is refused with its reason',
    run: (subject) =>
      within(subject, async (workspace) => {
        const script = `
          ln -s a.txt link; mkfifo pipe; echo x > suid; chmod 4755 suid
          mkdir -p .git/hooks sub/.Git; echo x > .git/hooks/h; echo x > sub/.Git/x
          echo x > "$(printf 'bell\\007')"; echo x > "$(printf 'not\\377utf8')"
          echo x > "$(printf 'bidi\\342\\200\\256')"; echo x > 'back\\slash'
          dd if=/dev/zero of=large bs=1M count=2 2>/dev/null; rm -r src; ln -s /etc src`;
        ok(await workspace.exec(sh(script)));
        const { files, refused } = await workspace.collect();
        assert.deepEqual(
          refused.map(({ path, reason }) => `${path}: ${reason}`),
          [
            ".git: its name is git's own",
            'back\\slash: its name has a backslash',
            'bell\\u{7}: its name has control characters',
            'bidi\\u{202e}: its name has invisible characters',
            'large: it is larger than 1024 KiB',
            'link: it is a symbolic link',
            'not\ufffdutf8: its name is not UTF-8',
            'pipe: it is a pipe or socket',
            'src: it is a symbolic link',
            "sub/.Git: its name is git's own",
            'suid: it asks to run as another user',
          ],
        );
        // What is refused stays as it is on the base.
        assert.deepEqual(files, []);
      }),
  },
  {
    title: 'a command that ignores signals and hides its children ends at its time limit',
    run: (subject) =>
      within(subject, async (workspace) => {
        const word = `hidden-${randomUUID()}`;
        const stubborn = `trap '' TERM INT HUP; echo ran; while :; do sleep 0.1; done`;
        const script = `setsid sh -c "${stubborn}" ${word} & ${stubborn}`;
        const command = workspace.exec(sh(script, { timeout: 500 }));
        await until(() => isRunning(word));
        const done = await command;
        assert.deepEqual([done.timedOut, done.exitCode, done.signal], [true, null, 'SIGKILL']);
        assert.match(done.stdout, /ran/u);
        assert.ok(done.milliseconds >= 500 && done.milliseconds < 1_500, String(done.milliseconds));
        assert.ok(!isRunning(word));
      }),
  },
  {
    title: 'what a command leaves running dies with it',
    run: (subject) =>
      within(subject, async (workspace) => {
        const word = `left-${randomUUID()}`;
        const script = `setsid sh -c 'while :; do echo late >> late; sleep 0.01; done' ${word} >/dev/null 2>&1 & sleep 0.1; tr '\\0' '\\n' < /proc/$!/cmdline`;
        const done = ok(await workspace.exec(sh(script)));
        assert.ok(done.stdout.includes(word), 'the marker is missing');
        assert.ok(!isRunning(word));
      }),
  },
  {
    title: 'a fork bomb meets its limit, and the next command runs',
    run: (subject) =>
      within(subject, async (workspace) => {
        const script = `i=0; while [ $i -lt 150 ]; do (exec sleep 1) >/dev/null 2>&1 & i=$((i+1)); done; echo forked $i`;
        assert.match(await outside(['/bin/sh', '-c', script]), /forked 150/u);
        const done = await workspace.exec(sh(script));
        assert.match(done.stderr, /fork/iu);
        assert.ok(!done.stdout.includes('forked 150'));
        assert.equal(ok(await workspace.exec(sh('echo again'))).stdout, 'again\n');
      }),
  },
  {
    title: 'a full disk is full for the command only, in bytes and in files',
    run: (subject) =>
      within(subject, async (workspace) => {
        const folder = await mkdtemp(join(tmpdir(), 'full-'));
        const bytes = 'for f in 1 2; do head -c 20000000 /dev/zero > f$f && echo wrote; done';
        const many = 'i=0; while [ $i -lt 700 ]; do : > i$i || exit 1; i=$((i+1)); done; echo made';
        assert.match(await outside(['/bin/sh', '-c', `${bytes}; ${many}`], folder), /wrote\nmade/u);
        await rm(folder, { recursive: true });
        for (const place of ['/repo', '/tmp', '/home/sandbox', '/dev/shm']) {
          const done = await workspace.exec(sh(`cd ${place}; ${bytes}; ls f1; rm f1 f2`));
          assert.match(done.stderr, /No space left/u, place);
          assert.match(done.stdout, /f1\n$/u);
        }
        const done = await workspace.exec(sh(many));
        assert.match(done.stderr, /No space left/u);
        // A purpose with more room makes room.
        ok(await workspace.exec(sh('rm i*; head -c 20000000 /dev/zero > f', { purpose: 'test' })));
      }),
  },
  {
    title: 'a flood of output is cut, and stopped when it does not end',
    run: (subject) =>
      within(subject, async (workspace) => {
        const cut = ok(
          await workspace.exec(sh('echo first; head -c 3000000 /dev/zero | tr "\\0" x; echo last')),
        );
        assert.deepEqual([cut.truncated, cut.signal], [true, null]);
        assert.ok(cut.stdout.startsWith('first\nxx'));
        assert.ok(cut.stdout.endsWith('xxlast\n'));
        assert.ok(cut.stdout.length < 1.1 * mib);
        const flood = await workspace.exec(sh('yes flood'));
        assert.deepEqual([flood.truncated, flood.timedOut, flood.signal], [true, false, 'SIGKILL']);
        assert.match(flood.stdout, /^flood\n/u);
      }),
  },
  {
    title: 'a command that takes too much memory is ended, and said to be',
    run: (subject) =>
      within(subject, async (workspace) => {
        const script = `console.log('ran'); const held = []; for (let i = 0; i < 10; i += 1) held.push(Buffer.alloc(60e6, 1)); console.log('held')`;
        assert.match(await outside(['node', '-e', script]), /ran\nheld/u);
        const done = await workspace.exec(node(script, { purpose: 'test' }));
        assert.match(done.stdout, /^ran\n/u);
        assert.ok(!done.stdout.includes('held'));
        assert.equal(done.outOfMemory, true, done.stderr);
      }),
  },
  {
    title: 'closing a workspace ends the command in it, and nothing runs in it again',
    run: async (subject) => {
      const workspace = await subject.sandbox.open([await layerOf(subject.dataDir, tree)]);
      const word = `closed-${randomUUID()}`;
      const command = workspace.exec({
        argv: ['/bin/sh', '-c', 'while :; do sleep 0.1; done', word],
        purpose: 'test',
      });
      const waiting = assert.rejects(workspace.exec(sh('echo never')), refusal);
      await until(() => isRunning(word));
      await workspace.close();
      assert.ok(!isRunning(word));
      assert.equal((await command).signal, 'SIGKILL');
      await waiting;
      await assert.rejects(workspace.exec(sh('echo never')), refusal);
    },
  },
  {
    title: 'closing ends a command at whatever moment of its start',
    run: async (subject) => {
      const layer = await layerOf(subject.dataDir, tree);
      for (let delay = 0; delay < 24; delay += 2) {
        const workspace = await subject.sandbox.open([layer]);
        const command = workspace.exec({ argv: ['sleep', '9'], purpose: 'tool' });
        const ended = command.catch((error: unknown) => error);
        await sleep(delay);
        const closing = performance.now();
        await workspace.close();
        await ended;
        assert.ok(performance.now() - closing < 2_000, `closed ${delay} ms after its start`);
      }
    },
  },
  {
    title: 'workspaces do not see one another',
    run: (subject) =>
      within(subject, (one) =>
        within(subject, async (other) => {
          ok(await one.exec(sh('echo secret > mine; echo secret > /tmp/mine')));
          const done = await other.exec(sh('ls /repo /tmp; ls -d /proc/[0-9]* | wc -l'));
          assert.ok(!done.stdout.includes('mine'));
        }),
      ),
  },
];

export const sandboxContract: readonly Case[] = [...work, ...attacks];
