/** Hostile remotes: addresses and servers that make git run something, or carry a token elsewhere. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** Each case has a token of its own: cases run side by side, and one shows its token to all processes. */
export function tokenOf({ id }: Pick<HostileRemote, 'id'>): string {
  return `ghs_${createHash('sha256').update(id).digest('hex').slice(0, 36)}`;
}

/** A server on loopback and what it saw. */
export interface Seen {
  /** Requests to the server that the address names. */
  readonly first: number;
  /** Authorizations that another server was sent. */
  readonly second: readonly string[];
  /** Command lines of the machine's processes that held the token while a request was answered. */
  readonly argv: readonly string[];
}

export interface HostileRemote {
  readonly id: string;
  readonly attack: string;
  readonly layer: string;
  /** `$URL` is the server's, `$MARK` the file whose making shows that a command ran, `$OUT` a folder outside. */
  readonly url: string;
  /** What the server answers with. */
  readonly answer: 'redirect' | 'ask' | 'none';
  /** How plain git does it, read by `sh`; `$REMOTE` is the address, `$TOKEN` the token. */
  readonly naive: string;
}

const asked = 'git ls-remote "$REMOTE"';
const program = `printf '#!/bin/sh\\ntouch "%s"\\n' "$MARK" > run; chmod +x run`;
const schemes = 'only https, and http to this machine';

export const hostileRemotes: readonly HostileRemote[] = [
  {
    id: 'redirect',
    attack: 'The server sends git, and its token, to another host.',
    layer: 'http.followRedirects=false',
    ...{ url: '$URL/x.git', answer: 'redirect' },
    naive:
      'git -c http.followRedirects=true -c http.extraHeader="Authorization: Basic $TOKEN" ls-remote "$REMOTE"',
  },
  {
    id: 'credential-helper',
    attack: 'The server asks for a password, which a helper of the machine gives.',
    layer: 'credential.helper= and no home',
    ...{ url: '$URL/x.git', answer: 'ask' },
    naive: `${program}; git -c credential.helper="$PWD/run" ls-remote "$REMOTE"`,
  },
  {
    id: 'password-program',
    attack: 'The server asks for a password, for which a program of the machine is started.',
    layer: 'GIT_ASKPASS=/bin/false',
    ...{ url: '$URL/x.git', answer: 'ask' },
    naive: `${program}; GIT_ASKPASS="$PWD/run" git ls-remote "$REMOTE"`,
  },
  {
    id: 'external-transport',
    attack: 'The address is a command.',
    ...{ layer: schemes, url: 'ext::touch $MARK', answer: 'none' },
    naive: 'git -c protocol.ext.allow=always ls-remote "$REMOTE"',
  },
  {
    id: 'option-as-address',
    attack: 'The address is an option of git that names a command.',
    ...{ layer: schemes, url: '--upload-pack=touch $MARK', answer: 'none' },
    naive: 'git init -q .; git ls-remote "$REMOTE" .',
  },
  {
    id: 'ssh',
    attack: 'The address makes git start the program that speaks ssh.',
    ...{ layer: schemes, url: 'ssh://127.0.0.1/x.git', answer: 'none' },
    naive: `${program}; GIT_SSH_COMMAND="$PWD/run" ${asked}`,
  },
  {
    id: 'local-folder',
    attack: 'The address is a folder of the machine, from which git starts a hook.',
    ...{ layer: schemes, url: 'file://$OUT', answer: 'none' },
    naive: `${program}; git init -q "$OUT"; git -c protocol.file.allow=always ls-remote --upload-pack="$PWD/run" "$REMOTE"`,
  },
  {
    id: 'token-in-command-line',
    attack: 'The token can be read in the list of processes.',
    layer: 'the token goes through the environment',
    ...{ url: '$URL/x.git', answer: 'none' },
    naive: 'git -c http.extraHeader="Authorization: Basic $TOKEN" ls-remote "$REMOTE"',
  },
];

/** Command lines that hold the token; nothing where there is no /proc. */
export function tokenInProcesses(token: string): readonly string[] {
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/u.test(name));
  return numbers.flatMap((number) => {
    try {
      const line = readFileSync(`/proc/${number}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return line.startsWith('git ') && line.includes(token) ? [line.slice(0, 80)] : [];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
}
