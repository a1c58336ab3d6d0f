/** Secrets: jobs that look for keys, and for a way out to send them. */
import type { Script, Seen } from './script.ts';

const heard = ({ stage, token }: Seen): boolean => stage.heard(token);
export const node = (text: string): string => `"$NODE" -e '${text}'`;
/** Not by grep, whose own arguments would have it. */
const gotCanary = `awk 'index($0, ENVIRON["A"] ENVIRON["B"]) { found = 1 } END { exit !found }' && echo breached`;

export const secrets: readonly Script[] = [
  {
    name: 'environment',
    attack: 'A test prints the environment, in which the App holds its keys.',
    layer: 'empty environment',
    incident: 'CodeRabbit, January 2025',
    script: `env | ${gotCanary}`,
  },
  {
    name: 'parents-environment',
    attack: 'A test reads the environment of every process that it can see.',
    layer: 'process namespace',
    incident: 'Comment and Control, April 2026',
    script: `cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | ${gotCanary}`,
  },
  {
    name: 'command-lines',
    attack: 'A test reads the arguments of every process that it can see.',
    layer: 'process namespace',
    incident: 'Comment and Control, April 2026',
    script: `cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n' | ${gotCanary}`,
  },
  {
    name: 'own-environ-file',
    attack: 'A tool that reads files is asked for /proc/self/environ.',
    layer: 'empty environment',
    incident: 'File tool outside of the sandbox, June 2026',
    script: `cat /proc/self/environ | tr '\\0' '\\n' | ${gotCanary}`,
  },
  {
    name: 'home',
    attack: "A test lists the home folder of the App's user.",
    layer: 'own root file system',
    script: 'ls -A "$(getent passwd "$(id -u)" | cut -d: -f6)" | grep -q . && echo breached',
    // System accounts have none.
    perhaps: true,
  },
  {
    name: 'machine-file',
    attack: 'A test reads a file of the machine by its path.',
    layer: 'own root file system',
    script: `cat "$HOST_FILE" | ${gotCanary}`,
  },
  {
    name: 'machine-file-by-dots',
    attack: 'A test climbs out of the repository by dots.',
    layer: 'own root file system',
    script: `cat "../../../../../../../../..$HOST_FILE" | ${gotCanary}`,
  },
  {
    name: 'other-layers',
    attack: "A test reads other repositories' files in the data folder.",
    layer: 'own root file system',
    script: 'grep -rqs "$A$B" "$LAYERS" && echo breached',
  },
  {
    name: 'passwords',
    attack: "A test reads the machine's passwords.",
    layer: 'own root file system',
    script: 'grep -qs : /etc/shadow && echo breached',
    perhaps: true,
  },
  {
    name: 'users',
    attack: "A test lists the machine's users.",
    layer: 'own root file system',
    script: '[ "$(wc -l < /etc/passwd)" -gt 5 ] && echo breached',
    perhaps: true,
  },
  {
    name: 'shared-memory',
    attack: 'A test reads what other programs share in memory.',
    layer: 'own /dev/shm',
    script: `cat "/dev/shm/sluice-$TOKEN" | ${gotCanary}`,
  },
  {
    name: 'machine-id',
    attack: 'A test reads who the machine is.',
    layer: 'own root file system',
    script: 'grep -qs . /etc/machine-id && echo breached',
    perhaps: true,
  },
];

export const network: readonly Script[] = [
  {
    name: 'tcp',
    attack: "A test talks to a service on the machine's own address.",
    layer: 'network namespace',
    script: node(
      'require("node:net").connect(+process.env.PORT, "127.0.0.1").on("error", () => {}).end(process.env.TOKEN)',
    ),
    breached: heard,
  },
  {
    name: 'tcp6',
    attack: "A test talks to a service on the machine's own address of the newer kind.",
    layer: 'network namespace',
    script: node(
      'require("node:net").connect(+process.env.PORT6, "::1").on("error", () => {}).end(process.env.TOKEN)',
    ),
    breached: heard,
    perhaps: true,
  },
  {
    name: 'udp',
    attack: 'A test sends a secret away in one datagram.',
    layer: 'network namespace',
    script: node(
      'const s = require("node:dgram").createSocket("udp4"); s.send(process.env.TOKEN, +process.env.UDP, "127.0.0.1", () => s.close())',
    ),
    breached: heard,
  },
  {
    name: 'dns',
    attack: 'A test sends a secret away as a name that it looks up.',
    layer: 'network namespace',
    script: node(
      'const r = new (require("node:dns").Resolver)({ timeout: 200, tries: 1 }); r.setServers(["127.0.0.1:" + process.env.UDP]); r.resolve(process.env.TOKEN + ".example.org", () => {})',
    ),
    breached: heard,
  },
  {
    name: 'abstract-socket',
    attack: 'A test talks to a service that listens on a name instead of an address.',
    layer: 'network namespace',
    script: node(
      'require("node:net").connect({ path: "\\0" + process.env.ABSTRACT }).on("error", () => {}).end(process.env.TOKEN)',
    ),
    breached: heard,
  },
  {
    name: 'unix-socket',
    attack: "A test talks to a service by its socket's path, as Docker's is reached.",
    layer: 'own root file system',
    script: node(
      'require("node:net").connect({ path: process.env.SOCKET }).on("error", () => {}).end(process.env.TOKEN)',
    ),
    breached: heard,
  },
  {
    name: 'socket-names',
    attack: "A test lists the machine's sockets.",
    layer: 'network namespace',
    script: 'grep -qs "$ABSTRACT" /proc/net/unix && echo breached',
  },
  {
    name: 'routes',
    attack: "A test finds a way to the cloud's metadata service.",
    layer: 'network namespace',
    script: '[ "$(tail -n +2 /proc/net/route | wc -l)" -gt 0 ] && echo breached',
    perhaps: true,
  },
  {
    name: 'interfaces',
    attack: "A test lists the machine's network cards.",
    layer: 'network namespace',
    script: "tail -n +3 /proc/net/dev | grep -qv '^ *lo:' && echo breached",
    perhaps: true,
  },
];
