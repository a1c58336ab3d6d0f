/**
 * Runs a command inside the sandbox and prints one JSON line: how it ended, the tail of what it said, and the report
 * file that it wrote. Called as `node reported.ts [--alone] REPORT PROGRAM [ARGUMENT...]`; needs nothing but Node. REPORT may
 * be /dev/stdout or /dev/stderr for programs that write no file. `--alone`: nothing that the repository brings is in its path.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Characters of output that are kept: the end, where runners say what went wrong. */
const tail = 16_000;

/** Bytes of a stream that is the report; what comes later is left out, and the reader sees that it is no whole. */
const largest = 64 * 1024 * 1024;

/** Python's environment comes first where one is installed, as if it had been activated; what Python compiles is no change. */
function environment(isAlone: boolean): NodeJS.ProcessEnv {
  // eslint-disable-next-line no-restricted-properties -- not ours: the sandbox's own, handed on to the command
  const given: NodeJS.ProcessEnv = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  const folder = join(process.cwd(), '.venv');
  if (isAlone || !existsSync(join(folder, 'bin/python3'))) return given;
  return { ...given, VIRTUAL_ENV: folder, PATH: `${folder}/bin:${given.PATH ?? ''}` };
}

const isAlone = process.argv[2] === '--alone';
const [report = '', program = '', ...rest] = process.argv.slice(isAlone ? 3 : 2);
const reportStream = /^\/dev\/std(?:out|err)$/.test(report)
  ? report.slice('/dev/'.length)
  : undefined;

// One that the repository brings along must not be taken for the result of this command.
if (reportStream === undefined) await rm(report, { force: true });
const said: string[] = [];
const streamed: Buffer[] = [];
let size = 0;
const ended = await new Promise<{ exitCode: number | null; problem: string | null }>((resolve) => {
  const child = spawn(program, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment(isAlone),
  });
  for (const name of ['stdout', 'stderr'] as const) {
    const stream = child[name];
    if (name === reportStream) {
      stream.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= largest) streamed.push(chunk);
      });
      continue;
    }
    stream.setEncoding('utf-8').on('data', (text: string) => {
      said.push(text);
      if (said.length > 2_000) said.splice(0, said.length, said.join('').slice(-tail));
    });
  }
  child.on('error', (error) => resolve({ exitCode: null, problem: error.message }));
  child.on('close', (exitCode) => resolve({ exitCode, problem: null }));
});
const written = reportStream === undefined ? await read(report) : Buffer.concat(streamed);
process.stdout.write(
  `${JSON.stringify({
    ...ended,
    root: process.cwd(),
    output: said.join('').slice(-tail),
    report: written === null ? null : gzipSync(written).toString('base64'),
  })}\n`,
);
// What the command left running must not keep this process alive; its result is written.
process.exitCode = 0;

async function read(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    // No report is a result too: the reader outside tells what it means.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
