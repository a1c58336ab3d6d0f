/** Starts git on the bare mirror with nothing inherited, every dangerous setting off, a time limit and an output cap. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { execa } from 'execa';

/** SHA-1 of the tree without entries: attributes are read from there, so from nowhere. */
const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

const environment: Readonly<Record<string, string>> = {
  PATH: '/usr/bin:/bin',
  LC_ALL: 'C.UTF-8',
  HOME: '/nonexistent',
  XDG_CONFIG_HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '/bin/false',
  SSH_ASKPASS: '/bin/false',
  GIT_SSH_COMMAND: '/bin/false',
  GIT_EDITOR: '/bin/false',
  GIT_SEQUENCE_EDITOR: '/bin/false',
  GIT_PAGER: 'cat',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_NO_LAZY_FETCH: '1',
  GIT_LFS_SKIP_SMUDGE: '1',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_PROTOCOL_FROM_USER: '0',
  GIT_ALLOW_PROTOCOL: 'https',
  GIT_CEILING_DIRECTORIES: '/',
};

const settings: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.untrackedCache=false',
  'core.attributesFile=/dev/null',
  'core.excludesFile=/dev/null',
  'core.sshCommand=/bin/false',
  'core.gitProxy=',
  'core.askPass=/bin/false',
  'core.editor=/bin/false',
  'core.pager=cat',
  'core.alternateRefsCommand=',
  'core.symlinks=false',
  'core.protectNTFS=true',
  'core.protectHFS=true',
  'credential.helper=',
  'protocol.allow=never',
  'protocol.https.allow=always',
  'protocol.file.allow=never',
  'protocol.ext.allow=never',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'push.recurseSubmodules=no',
  'diff.external=',
  'diff.ignoreSubmodules=all',
  'gpg.program=/bin/false',
  'commit.gpgSign=false',
  'tag.gpgSign=false',
  'transfer.fsckObjects=true',
  'fetch.fsckObjects=true',
  'receive.fsckObjects=true',
  'gc.auto=0',
  'maintenance.auto=false',
  'uploadpack.packObjectsHook=',
  'http.followRedirects=false',
  'http.sslVerify=true',
  'safe.bareRepository=explicit',
  `attr.tree=${emptyTree}`,
  'log.showSignature=false',
  'protocol.version=2',
  // A server may name other places where parts of a repository lie.
  'transfer.bundleURI=false',
  // Always a pack and never loose objects, so that what was fetched can be moved by renaming a few files.
  'fetch.unpackLimit=1',
  'transfer.unpackLimit=1',
  // A server that stops answering is given up after a minute.
  'http.lowSpeedLimit=1000',
  'http.lowSpeedTime=60',
  // Old, harmless flaws that well-known repositories carry in their history.
  ...['zeroPaddedFilemode', 'badTimezone', 'missingSpaceBeforeDate', 'missingSpaceBeforeEmail'].map(
    (flaw) => `fetch.fsck.${flaw}=ignore`,
  ),
];

export interface GitCall {
  /** The bare repository. */
  readonly gitDir: string;
  readonly args: readonly string[];
  /** Added to the fixed environment. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Milliseconds; 60,000 when absent. */
  readonly timeout?: number;
  /** Bytes that are read of its output; 64 MiB when absent. */
  readonly cap?: number;
  readonly signal?: AbortSignal;
}

export interface GitEnd {
  readonly ok: boolean;
  readonly timedOut: boolean;
  readonly cut: boolean;
  readonly stdout: Buffer;
  readonly stderr: string;
}

function argv(call: GitCall): readonly string[] {
  const given = [...settings, `safe.directory=${call.gitDir}`];
  return [...given.flatMap((setting) => ['-c', setting]), '--git-dir', call.gitDir, ...call.args];
}

/** Runs git to its end; never throws for what git itself says. */
export async function runGit(call: GitCall): Promise<GitEnd> {
  const done = await execa('git', argv(call), {
    cwd: '/',
    env: { ...environment, ...call.environment },
    extendEnv: false,
    encoding: 'buffer',
    reject: false,
    stripFinalNewline: false,
    timeout: call.timeout ?? 60_000,
    killSignal: 'SIGKILL',
    maxBuffer: call.cap ?? 64 * 1024 * 1024,
    input: call.input ?? '',
    ...(call.signal ? { cancelSignal: call.signal } : {}),
  });
  return {
    ok: !done.failed,
    timedOut: done.timedOut,
    cut: done.isMaxBuffer,
    stdout: Buffer.from(done.stdout),
    stderr: Buffer.from(done.stderr).toString('utf8').slice(-4000),
  };
}

/** Starts git for a conversation over its pipes. Whoever calls ends it. */
export function startGit(call: GitCall): ChildProcessWithoutNullStreams {
  return spawn('git', argv(call), { cwd: '/', env: { ...environment, ...call.environment } });
}
