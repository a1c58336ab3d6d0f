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

/** Each way in which the sandbox does not hold; empty when it does. A probe that did not run holds nothing. */
export function breaches({ execution, owner, asRoot, seccomp }: Seen): readonly string[] {
  const facts = execution.stdout.split('\n').map((line) => line.split(/\s+/u));
  const of = (name: string) => facts.filter(([key]) => key === name).map(([, value]) => value);
  const is = (name: string, value: string) => of(name).length === 1 && of(name)[0] === value;
  const allowed = [...environmentNames, ...shellNames];
  const strange = of('name').filter((name) => name !== undefined && !allowed.includes(name));
  const nothing = '0000000000000000';
  const claims: readonly (readonly [boolean, string])[] = [
    [is('done', '1') && execution.exitCode === 0, 'the probe did not run to its end'],
    [is('layer', knownFile), 'the layers cannot be read'],
    [is('routes', '0') && is('links', '0'), 'there is a way to the network'],
    [is('NoNewPrivs:', '1'), 'programs may gain privileges'],
    [is('CapEff:', nothing) && is('CapBnd:', nothing), 'commands have powers of root'],
    [!seccomp || is('Seccomp:', '2'), 'system calls are not filtered'],
    [of('place').length === 0, `the machine's files are there: ${of('place').join(', ')}`],
    [of('process').length > 0 && of('process').length < 12, 'other processes can be seen'],
    [of('writes').length === 0, 'the system can be written to'],
    [of('name').length > 0 && strange.length === 0, `strange variables: ${strange.join(', ')}`],
    [!asRoot || owner > 0, 'commands run as root'],
  ];
  return claims.filter(([holds]) => !holds).map(([, breach]) => breach);
}
