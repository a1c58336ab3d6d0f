/** Probe: a command that looks around in a new sandbox, and what it may and may not have found there. */
import type { Execution } from '#ports/sandbox.ts';
import { environmentNames } from './environment.ts';

/** Prints one fact a line; the shell's own words go to the error stream. The file shows who we are to the machine. */
const script = (places: readonly string[]) => `
echo "routes $(tail -n +2 /proc/net/route | wc -l)"
echo "links $(tail -n +3 /proc/net/dev | grep -vc '^ *lo:')"
while read -r name value; do
  case "$name" in NoNewPrivs:|Seccomp:|CapEff:|CapBnd:) echo "$name $value";; esac
done < /proc/self/status
for place in ${places.join(' ')}; do
  if [ -e "$place" ]; then echo "place $place"; fi
done
for pid in /proc/[0-9]*; do echo "process \${pid#/proc/}"; done
cat /proc/$$/environ | tr '\\0' '\\n' | sed 's/=.*//; s/^/name /'
for place in /usr /opt/tools / /etc /dev; do
  if (: > "$place/sluice-probe"); then echo "writes $place"; fi
done
if setarch "$(uname -m)" -R true; then echo "open filter"; fi
if unshare -U true; then echo "open namespaces"; fi
if head -n 50 /proc/kallsyms | grep -qv "^0*0 "; then echo "open kernel"; fi
for place in /proc/sys/kernel/core_pattern /dev/mem /dev/kmsg; do
  if [ -w "$place" ]; then echo "open kernel"; fi
done
echo "layer $(ls -A /repo)"
echo probe > /repo/.probe && echo "done 1"
`;

/** `places` are paths of ours, without spaces, that must not be there. */
export function probeArgv(places: readonly string[]): readonly string[] {
  return ['/bin/sh', '-c', script(places)];
}
export const probeFile = '.probe';
/** What the layer below has. */
export const knownFile = 'known';

/** The shell adds these by itself. */
const shellNames = ['PWD', 'OLDPWD', 'SHLVL', '_'];

export interface Seen {
  readonly execution: Execution;
  /** The machine's user id of the file that the probe wrote. */
  readonly owner: number;
  readonly asRoot: boolean;
  readonly seccomp: boolean;
}

/** What must hold in every sandbox. */
export interface Claim {
  /** As `doctor` tells it when it holds. */
  readonly name: string;
  readonly holds: boolean;
  /** As it is told when it does not. */
  readonly breach: string;
}

type Row = readonly [name: string, holds: boolean, breach: string];
const nothing = '0000000000000000';

/** A probe that did not run to its end holds nothing. */
export function claims({ execution, owner, asRoot, seccomp }: Seen): readonly Claim[] {
  const facts = execution.stdout.split('\n').map((line) => line.split(/\s+/u));
  const of = (name: string) => facts.filter(([key]) => key === name).map(([, value]) => value);
  const is = (name: string, value: string) => of(name).length === 1 && of(name)[0] === value;
  const strange = strangeNames(of('name'));
  const rows: readonly Row[] = [
    [
      'commands run to their end',
      is('done', '1') && execution.exitCode === 0,
      'the probe did not run to its end',
    ],
    ['the layers are read', is('layer', knownFile), 'the layers cannot be read'],
    [
      'no way to the network',
      is('routes', '0') && is('links', '0'),
      'there is a way to the network',
    ],
    ['no program gains privileges', is('NoNewPrivs:', '1'), 'programs may gain privileges'],
    [
      'no powers of root',
      is('CapEff:', nothing) && is('CapBnd:', nothing),
      'commands have powers of root',
    ],
    ['a filter of system calls', !seccomp || is('Seccomp:', '2'), 'system calls are not filtered'],
    ...tried(of('open'), seccomp),
    [
      "the machine's files are not there",
      of('place').length === 0,
      `the machine's files are there: ${of('place').join(', ')}`,
    ],
    [
      'no other process is seen',
      of('process').length > 0 && of('process').length < 12,
      'other processes can be seen',
    ],
    ['the system is read-only', of('writes').length === 0, 'the system can be written to'],
    [
      'no variable of ours',
      of('name').length > 0 && strange.length === 0,
      `strange variables: ${strange.join(', ')}`,
    ],
    ['not the user root', !asRoot || owner > 0, 'commands run as root'],
  ];
  return rows.map(([name, holds, breach]) => ({ name, holds, breach }));
}

/** What the probe tried and must not have managed. */
function tried(open: readonly (string | undefined)[], seccomp: boolean): readonly Row[] {
  return [
    [
      'the filter refuses',
      !seccomp || !open.includes('filter'),
      'the filter of system calls lets all through',
    ],
    ['no namespaces are made', !open.includes('namespaces'), 'commands can make namespaces'],
    ["the kernel's files are masked", !open.includes('kernel'), "the kernel's own files are open"],
  ];
}

function strangeNames(names: readonly (string | undefined)[]): readonly string[] {
  const allowed = [...environmentNames, ...shellNames];
  return names.filter((name) => name !== undefined).filter((name) => !allowed.includes(name));
}

/** Each way in which the sandbox does not hold; empty when it does. */
export function breaches(seen: Seen): readonly string[] {
  return claims(seen)
    .filter(({ holds }) => !holds)
    .map(({ breach }) => breach);
}
