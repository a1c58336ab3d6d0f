/**
 * The two phases of every install: the files of a lockfile are given through the gate to a program of ours that runs
 * nothing of theirs; then what the operator allows is built, without a gate and so without any way out.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errors, SluiceError } from '#core/errors.ts';
import { redact } from '#core/redact.ts';
import type { Installed } from '#ports/packages.ts';
import type { Execution, Layer, Sandbox, Workspace } from '#ports/sandbox.ts';
import type { Log } from '#ports/telemetry.ts';
import { openGate } from './gate.ts';
import type { GateRecord, Routes } from './gate.ts';

export type Failed = Extract<Installed, { state: 'failed' }>;

/** A lockfile, or what belongs to it, from which nothing can be installed safely. Every reason is told, not only the first. */
export class LockfileRefused extends Error {
  override readonly name = 'LockfileRefused';
}

export interface Phases {
  /** For people: `npm ci`. */
  readonly title: string;
  readonly tree: Layer;
  /** Opens what is asked of the registry; called once the workspace is there. */
  readonly routes: (workspace: Workspace) => Promise<Routes>;
  /** What runs with the gate. */
  readonly fetch: readonly string[];
  /** What runs after it, without. */
  readonly build: readonly (readonly string[])[];
  /** The folder of the workspace that is kept, and under which key. */
  readonly folder: string;
  readonly key: string;
  readonly signal: AbortSignal;
}

export interface PhaseOptions {
  readonly sandbox: Sandbox;
  /** The app's own folder: gates are opened in its `packages`. */
  readonly dataDir: string;
  readonly log: Log;
}

/** Linux keeps a socket's path in 108 bytes. */
const longestSocket = 107;

/** A folder with a dot is removed by the daily cleaning if this process does not live to do so. */
async function makeFolder(dataDir: string): Promise<string> {
  const folder = join(dataDir, 'packages', `.${randomBytes(4).toString('hex')}`);
  if (Buffer.byteLength(join(folder, 's')) > longestSocket) {
    throw errors.settingInvalid(
      'The data directory',
      'its path is too long for a socket',
      'Choose one of at most 80 characters.',
    );
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

function tailOf(text: string): string {
  const lines = text.split('\n').map((line) => line.replace(/^npm error ?/u, '').trim());
  const telling = lines.filter((line) => line !== '' && !line.startsWith('A complete log of'));
  return redact(telling.slice(0, 8).join(' ')).slice(0, 800);
}

/** Why a phase failed, the cause before its consequence; undefined when it did not. */
function reasonOf(title: string, done: Execution, record?: GateRecord): string | undefined {
  if (done.exitCode === 0 && !done.timedOut) return undefined;
  if (record && record.refused.length > 0) return record.refused.slice(0, 5).join('; ');
  if (done.timedOut)
    return `${title} took longer than ${String(Math.round(done.milliseconds / 1000))} s.`;
  if (done.outOfMemory) return `${title} needed more memory than an install may use.`;
  const denied =
    record && record.denied.length > 0
      ? ` Not in the lockfile: ${record.denied.slice(0, 5).join(', ')}.`
      : '';
  return `${title} failed: ${tailOf(`${done.stderr}\n${done.stdout}`)}.${denied}`;
}

async function fetchPhase(
  workspace: Workspace,
  phases: Phases,
  folder: string,
): Promise<string | undefined> {
  const { signal, title, fetch } = phases;
  const gate = await openGate({ folder, routes: await phases.routes(workspace), signal });
  try {
    const done = await workspace.exec({ argv: fetch, purpose: 'install', gate: gate.socket });
    signal.throwIfAborted();
    const reason = reasonOf(title, done, gate.record);
    const [gone] = gate.record.unavailable;
    if (reason !== undefined && gone !== undefined) throw errors.registryUnavailable(gone);
    return reason;
  } finally {
    await gate.close();
  }
}

async function buildPhase(
  workspace: Workspace,
  { build, signal }: Phases,
): Promise<string | undefined> {
  for (const argv of build) {
    const done = await workspace.exec({ argv, purpose: 'install' });
    signal.throwIfAborted();
    const reason = reasonOf('Building what the operator allows', done);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** A lockfile whose packages nothing asks for makes no folder; others are too large. */
async function keep(workspace: Workspace, { folder, key, title }: Phases): Promise<Layer | Failed> {
  try {
    return await workspace.keep(folder, key);
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== 'workspace-refused') throw error;
    return { state: 'failed', reason: `What ${title} installed cannot be kept: ${error.message}` };
  }
}

/** Throws unavailable while the registry cannot be reached; the abort's reason; and what the sandbox throws. */
export async function runPhases(
  { sandbox, dataDir, log }: PhaseOptions,
  phases: Phases,
): Promise<Layer | Failed> {
  const { signal, key } = phases;
  const folder = await makeFolder(dataDir);
  try {
    const workspace = await sandbox.open([phases.tree]);
    const stop = () => void workspace.close();
    signal.addEventListener('abort', stop, { once: true });
    try {
      signal.throwIfAborted();
      const reason =
        (await fetchPhase(workspace, phases, folder)) ?? (await buildPhase(workspace, phases));
      if (reason === undefined) return await keep(workspace, phases);
      log.warn({ key, reason }, 'packages not installed');
      return { state: 'failed', reason };
    } finally {
      signal.removeEventListener('abort', stop);
      await workspace.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
