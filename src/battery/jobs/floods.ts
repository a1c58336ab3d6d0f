/** Floods: jobs that take more than they may of memory, disk, processes, output or time; bounded, so that the control is too. */
import type { Script } from './script.ts';
import { node } from './secrets.ts';

export const floods: readonly Script[] = [
  {
    name: 'memory',
    attack: 'A test takes memory without end.',
    layer: 'control group, or the watch on memory',
    script: `${node('const b = Buffer.alloc(300e6, 1); setTimeout(() => console.log(b[7]), 1500)')} | grep -q 1 && echo breached`,
    narrow: true,
  },
  {
    name: 'memory-in-files',
    attack: 'A test takes memory as files in /dev/shm.',
    layer: 'sized file systems',
    script: flood('/dev/shm/sluice-flood-$TOKEN'),
    narrow: true,
  },
  {
    name: 'temporary-files',
    attack: 'A test fills the folder for temporary files.',
    layer: 'sized file systems',
    script: flood('/tmp/sluice-flood-$TOKEN'),
    narrow: true,
  },
  {
    name: 'disk',
    attack: 'A test fills the disk through the repository.',
    layer: 'sized upper layer',
    script: flood('./flood-$TOKEN'),
    narrow: true,
  },
  {
    name: 'large-file',
    attack: 'A test writes one very large file.',
    layer: 'limit of one file',
    script: 'head -c 24M /dev/zero > large; [ "$(wc -c < large)" -gt 20000000 ] && echo breached',
    narrow: true,
  },
  {
    name: 'sparse-file',
    attack: 'A test makes a file of a terabyte without content, for whoever reads it afterwards.',
    layer: 'limit of one file',
    script: 'truncate -s 1T sparse && echo breached',
    perhaps: true,
  },
  {
    name: 'many-files',
    attack: 'A test makes files until the disk can name no more.',
    layer: 'sized upper layer',
    script:
      'i=0; while [ $i -lt 4000 ]; do : > "f$i" || break; i=$((i+1)); done; [ $i -eq 4000 ] && echo breached',
    narrow: true,
  },
  {
    name: 'many-processes',
    attack: 'A test starts processes until the machine can start no more.',
    layer: 'limit of processes',
    script:
      'i=0; while [ $i -lt 120 ]; do sleep 4 & i=$((i+1)); done; [ $i -eq 120 ] && echo breached; kill $(jobs -p)',
    narrow: true,
  },
  {
    name: 'fork-bomb',
    attack: 'A test starts processes that start processes.',
    layer: 'limit of processes',
    script:
      'f() { if [ $1 -gt 0 ]; then f $(($1-1)) & f $(($1-1)) & wait; else echo leaf; sleep 1; fi; }; [ "$(f 7 | wc -l)" -eq 128 ] && echo breached',
    narrow: true,
  },
  {
    name: 'output',
    attack: 'A test says more than anybody can keep.',
    layer: 'output cap',
    script: "head -c 24M /dev/zero | tr '\\0' x",
    breached: ({ execution }) => execution.stdout.length > 8 * 2 ** 20,
  },
  {
    name: 'time',
    attack: 'A test goes on for ever and heeds no polite signal.',
    layer: 'time limit that kills the tree',
    script: "trap '' TERM INT HUP QUIT; sleep 5; echo breached",
    timeout: 3_000,
  },
  {
    name: 'descriptors',
    attack: 'A test opens files until the machine can open no more.',
    layer: 'limit of descriptors',
    script: `ulimit -n | awk '{ exit !($1 == "unlimited" || $1 > 4096) }' && echo breached`,
    perhaps: true,
  },
];

/** In pieces that are each below the limit of one file. */
function flood(path: string): string {
  return `i=0; while [ $i -lt 8 ]; do head -c 8M /dev/zero > "${path}$i" || break; i=$((i+1)); done; rm -f "${path}"*; [ $i -eq 8 ] && echo breached`;
}
