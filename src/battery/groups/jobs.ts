/** Hostile jobs: what strange code tries once it runs, a test or a build of a repository for example. */
import type { Execution } from '#ports/sandbox.ts';
import type { Arena } from '#battery/arena.ts';
import type { Attack, Group, Trial } from '#battery/attack.ts';

/** A shell script that prints `ran` when it runs and `breached` when it got what it wants. */
interface Job {
  readonly id: string;
  readonly attack: string;
  readonly layer: string;
  readonly incident?: string;
  readonly script: string;
  /** What stands on the machine for the control to find: `$PLACE` is a folder of its own. */
  readonly environment?: Readonly<Record<string, string>>;
}

const canary = 'canary-7f3a91';

const jobs: readonly Job[] = [
  {
    id: 'jobs/environment',
    attack: 'A test prints the environment, in which the App holds its keys.',
    layer: 'empty environment',
    incident: 'CodeRabbit, January 2025',
    script: `echo ran; env | grep -q ${canary} && echo breached`,
    environment: { PRIVATE_KEY: canary },
  },
  {
    id: 'jobs/parents-environment',
    attack: 'A test reads the environment of every process that it can see.',
    layer: 'process namespace',
    incident: 'Comment and Control, April 2026',
    script: `echo ran; cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -q ${canary} && echo breached`,
    environment: { OPENAI_API_KEY: canary },
  },
  {
    id: 'jobs/home',
    attack: "A test lists the home folder of the App's user.",
    layer: 'own root file system',
    script:
      'echo ran; ls -A "$(getent passwd "$(id -u)" | cut -d: -f6)" | grep -q . && echo breached',
  },
];

function trialOf({ stdout, stderr }: Execution): Trial {
  const lines = stdout.split('\n');
  return {
    ran: lines.includes('ran'),
    breached: lines.includes('breached'),
    seen: `${stdout}${stderr}`.trim().slice(-300),
  };
}

async function inside({ sandbox, layer }: Arena, script: string): Promise<Trial> {
  const workspace = await sandbox.open([await layer({ 'README.md': 'a repository\n' })]);
  try {
    return trialOf(await workspace.exec({ argv: ['/bin/sh', '-c', script], purpose: 'test' }));
  } finally {
    await workspace.close();
  }
}

async function onTheMachine(arena: Arena, { script, environment }: Job): Promise<Trial> {
  const cwd = await arena.folder();
  const options = { cwd, ...(environment && { environment }) };
  return trialOf(await arena.outside(['/bin/sh', '-c', script], options));
}

function attackOf(job: Job): Attack {
  const { id, attack, layer, incident } = job;
  return {
    ...{ id, attack, layer, ...(incident !== undefined && { incident }) },
    attempt: (arena) => inside(arena, job.script),
    control: (arena) => onTheMachine(arena, job),
  };
}

export const hostileJobs: Group = {
  name: 'jobs',
  about: 'what strange code tries once it runs',
  attacks: jobs.map(attackOf),
};
