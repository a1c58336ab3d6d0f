/** Sandbox: the only place where strange code runs. No network, no secrets, no environment of ours. */
import type { FileChange } from '#core/change.ts';

/** A read-only folder of files, kept in the data directory under its key. */
export interface Layer {
  readonly key: string;
  readonly path: string;
}

/** What a command is for; the operator sets limits per purpose. */
export type Purpose = 'tool' | 'test' | 'install';

export interface Command {
  /** Program and arguments; no shell reads them. */
  readonly argv: readonly string[];
  readonly purpose: Purpose;
  /** Relative to the repository's root. */
  readonly folder?: string;
  /** Added to the sandbox's own small environment. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Wall time in milliseconds; never above the purpose's limit, which holds when it is absent. */
  readonly timeout?: number;
  /** A unix socket of ours that the command may reach as `/run/gate.sock`: the package gate, nothing else. */
  readonly gate?: string;
}

export interface Execution {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly outOfMemory: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** Whether output was cut at the cap. */
  readonly truncated: boolean;
  readonly milliseconds: number;
}

/** A question to a program of ours that stays in a sandbox of its own on the workspace, from one question to the next. */
export interface Question {
  /**
   * Program and arguments. It must run nothing of the repository's. Each line that it reads is a JSON list of a name and the
   * text, each that it writes one of the same name and its answer.
   */
  readonly program: readonly string[];
  readonly text: string;
  /** Wall time in milliseconds; never above the limit for tools, which holds when it is absent. */
  readonly timeout?: number;
}

export interface Reply {
  /** Null when the program ended, or had to be ended, before it answered. */
  readonly text: string | null;
  readonly timedOut: boolean;
  readonly outOfMemory: boolean;
  /** The end of what it wrote to its error stream since it was started. */
  readonly stderr: string;
}

/** What the files in a workspace became, compared with the layers below. */
export interface Collected {
  readonly files: readonly (FileChange & { readonly kind: 'created' | 'edited' | 'deleted' })[];
  /** What was changed but can never be part of a change (links, devices, odd names, too large), and why. */
  readonly refused: readonly { readonly path: string; readonly reason: string }[];
}

/** An overlay on read-only layers: commands run in it one after another and see what earlier ones wrote. */
export interface Workspace {
  exec(command: Command): Promise<Execution>;
  /** Costs milliseconds where a command costs the start of a sandbox. The program sees the files as they are; it cannot change them. */
  ask(question: Question): Promise<Reply>;
  write(files: readonly FileChange[]): Promise<void>;
  collect(): Promise<Collected>;
  /**
   * Keeps what one folder became as a layer of its own (installed dependencies), under a key. The layer has its content
   * under the same path, so that it can lie on the same tree again.
   */
  keep(folder: string, key: string): Promise<Layer>;
  close(): Promise<void>;
}

export interface SandboxHealth {
  readonly works: boolean;
  /** For people: what holds, what is weaker here, what is missing and the exact remedy. */
  readonly notes: readonly {
    readonly level: 'ok' | 'weaker' | 'missing';
    readonly text: string;
    readonly remedy?: string;
  }[];
}

export interface Sandbox {
  health(): Promise<SandboxHealth>;
  /**
   * The lowest layer, the repository's tree, comes first. Throws refused `sandbox-unavailable` where it cannot work; it
   * never falls back to running without.
   */
  open(layers: readonly Layer[]): Promise<Workspace>;
  /** The layer kept under this key by an earlier workspace, if any. */
  kept(key: string): Promise<Layer | undefined>;
  /** Ends the runner and everything that it started. */
  close(): Promise<void>;
}
