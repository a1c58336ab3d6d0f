/** The part of the sandbox's contract about programs that stay: asked again and again, able to change nothing, ended when they must be. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { textBlob } from '#core/change.ts';
import type { Workspace } from '#ports/sandbox.ts';
import { isRunning, layerOf, type Case, type Subject } from './sandbox.ts';

/** A program that does what it is told by the word before the first space. */
const script = `
const { createInterface } = require('node:readline');
const { readFileSync, writeFileSync, readdirSync } = require('node:fs');
const does = {
  pid: () => String(process.pid),
  count: () => String((globalThis.asked = (globalThis.asked ?? 0) + 1)),
  read: (path) => readFileSync(path, 'utf8'),
  write: (path) => { try { writeFileSync(path, 'x'); return 'written'; } catch (error) { return error.code; } },
  grow: () => { const held = []; for (;;) held.push(Buffer.alloc(50e6, 1)); },
  hang: () => { for (;;); },
  leave: () => process.exit(3),
  flood: () => 'y'.repeat(3e6),
  twice: (_, name) => { console.log(JSON.stringify([name, 'one'])); return 'two'; },
  odd: () => { console.log('no JSON'); return 'later'; },
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const [name, text] = JSON.parse(line);
  const [word, rest] = text.split(' ');
  if (word === 'leave') console.error('last words');
  console.log(JSON.stringify([name, does[word](rest, name)]));
});
`;

function asker(workspace: Workspace) {
  const program = ['/opt/tools/bin/node', '-e', script, `standing-${randomUUID()}`];
  const ask = (text: string, timeout?: number) =>
    workspace.ask({ program, text, ...(timeout === undefined ? {} : { timeout }) });
  return { ask, word: program[3] ?? '' };
}

async function within(
  { sandbox, dataDir }: Subject,
  use: (workspace: Workspace) => Promise<void>,
): Promise<void> {
  const workspace = await sandbox.open([await layerOf(dataDir, { 'a.txt': 'one\n' })]);
  try {
    await use(workspace);
  } finally {
    await workspace.close();
  }
}

export const standing: readonly Case[] = [
  {
    title:
      'a program that stays answers one question after another, and sees what commands and writes change',
    run: (subject) =>
      within(subject, async (workspace) => {
        const { ask } = asker(workspace);
        assert.equal((await ask('count')).text, '1');
        assert.equal((await ask('read /repo/a.txt')).text, 'one\n');
        await workspace.write([{ path: 'a.txt', mode: '100644', content: textBlob('two\n') }]);
        assert.equal((await ask('read /repo/a.txt')).text, 'two\n');
        await workspace.exec({ argv: ['/bin/sh', '-c', 'echo three > a.txt'], purpose: 'tool' });
        assert.equal((await ask('read /repo/a.txt')).text, 'three\n');
        const answers = await Promise.all([ask('count'), ask('count')]);
        assert.deepEqual(
          answers.map(({ text }) => text),
          ['2', '3'],
        );
      }),
  },
  {
    title:
      'a program that stays can change nothing of the repository, and nothing of it is collected',
    run: (subject) =>
      within(subject, async (workspace) => {
        const { ask } = asker(workspace);
        assert.equal((await ask('write /repo/a.txt')).text, 'EROFS');
        assert.equal((await ask('write /tmp/a.txt')).text, 'written');
        assert.deepEqual(await workspace.collect(), { files: [], refused: [] });
      }),
  },
  {
    title: 'a program that stays too long with a question is ended, and started anew by the next',
    run: (subject) =>
      within(subject, async (workspace) => {
        const { ask, word } = asker(workspace);
        assert.equal((await ask('count')).text, '1');
        const late = await ask('hang', 300);
        assert.deepEqual([late.text, late.timedOut], [null, true]);
        assert.ok(!isRunning(word));
        assert.equal((await ask('count')).text, '1');
      }),
  },
  ...(['leave', 'flood', 'odd', 'grow'] as const).map((what): Case => ({
    title: `a program that stays and answers with trouble (${what}) is gone, and the next question is answered`,
    run: (subject) =>
      within(subject, async (workspace) => {
        const { ask, word } = asker(workspace);
        const reply = await ask(what);
        assert.equal(reply.text, null);
        assert.equal(reply.timedOut, false);
        assert.equal(reply.outOfMemory, what === 'grow');
        if (what === 'leave') assert.match(reply.stderr, /last words/u);
        assert.ok(!isRunning(word));
        assert.equal((await ask('count')).text, '1');
      }),
  })),
  {
    title: 'an answer too many is never taken for the next one',
    run: (subject) =>
      within(subject, async (workspace) => {
        const { ask } = asker(workspace);
        const { text } = await ask('twice');
        assert.ok(text === 'one' || text === null);
        const next = await ask('count');
        assert.ok(next.text !== 'two', JSON.stringify(next));
        assert.match((await ask('count')).text ?? '', /^[12]$/u);
      }),
  },
  {
    title: 'closing a workspace ends the program that stays in it',
    run: async (subject) => {
      const workspace = await subject.sandbox.open([
        await layerOf(subject.dataDir, { 'a.txt': 'one\n' }),
      ]);
      const { ask, word } = asker(workspace);
      await ask('pid');
      assert.ok(isRunning(word));
      const asked = ask('hang');
      await workspace.close();
      assert.ok(!isRunning(word));
      assert.equal((await asked.catch(() => ({ text: null }))).text, null);
    },
  },
];
