/** Starts the command line: argv to one file of `cli/`, its outcome to an exit code. */
import { existsSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { asSluiceError } from '#core/errors.ts';

/** Each verb is loaded only when it is asked for, so that `--help` stays quick. */
const verbs: Readonly<Record<string, { about: string; load: () => Promise<Command> }>> = {
  demo: {
    about: 'play the whole story on a local GitHub with a sample repository',
    load: async () => (await import('#cli/demo.ts')).demoCommand(process.env),
  },
  serve: {
    about: 'run the App: receive webhooks and work on runs',
    load: async () => (await import('#cli/serve.ts')).serveCommand(process.env),
  },
  generate: {
    about: 'turn an issue in a file into a proven branch of a local repository',
    load: async () => (await import('#cli/generate.ts')).generateCommand(process.env),
  },
  verify: {
    about: 'run the evidence of a branch again, without a model',
    load: async () => (await import('#cli/verify.ts')).verifyCommand(process.env),
  },
  check: {
    about: 'print what linters, type checkers and scanners find new between two commits',
    load: async () => (await import('#cli/check.ts')).checkCommand(process.env),
  },
  advisories: {
    about: 'refresh what is known against versions of packages, or say how old it is',
    load: async () => (await import('#cli/advisories.ts')).advisoriesCommand(process.env),
  },
  sandbox: {
    about: 'run one command in the sandbox on a copy of a repository',
    load: async () => (await import('#cli/sandbox.ts')).sandboxCommand(process.env),
  },
  runs: {
    about: 'list runs, or show one with its steps',
    load: async () => (await import('#cli/runs.ts')).runsCommand(process.env),
  },
  stop: {
    about: 'stop a run, a repository or everything, in every process',
    load: async () => (await import('#cli/stop.ts')).stopCommand(process.env),
  },
  resume: {
    about: 'take a stop back',
    load: async () => (await import('#cli/stop.ts')).resumeCommand(process.env),
  },
  github: {
    about: 'start the local GitHub alone',
    load: async () => (await import('#cli/github.ts')).githubCommand(),
  },
  doctor: {
    about: 'say what works on this machine, what does not, and the remedy',
    load: async () => (await import('#cli/doctor.ts')).doctorCommand(process.env),
  },
  battery: {
    about: 'try every attack that ships with Sluice on this machine, each with its control',
    load: async () => (await import('#cli/battery.ts')).batteryCommand(process.env),
  },
  tools: {
    about: 'install the pinned programs that checks run',
    load: async () => (await import('#cli/tools.ts')).toolsCommand(process.env),
  },
  policy: {
    about: 'try rules of yours on recorded facts of changes',
    load: async () => (await import('#cli/policy.ts')).policyCommand(process.env),
  },
  needs: {
    about: "install what only the system's package manager has",
    load: async () => (await import('#cli/needs.ts')).needsCommand(),
  },
};

function overview(): Command {
  const program = new Command('sluice').description(
    'Turns labelled issues into proven pull requests, at a rate that your pipeline can absorb.',
  );
  for (const [name, { about }] of Object.entries(verbs)) program.command(name, about);
  return program;
}

/** 0 done or proven, 1 failed, 2 wrong use or configuration, 3 ended without proof. */
async function main([name = '', ...rest]: readonly string[]): Promise<void> {
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (verb === undefined) {
    const asked = ['', '--help', '-h', 'help'].includes(name);
    if (!asked) console.error(`sluice: there is no command "${name}".\n`);
    (asked ? console.log : console.error)(overview().helpInformation());
    process.exitCode = asked ? 0 : 2;
    return;
  }
  const command = (await verb.load()).name(`sluice ${name}`).exitOverride().showHelpAfterError();
  await command.parseAsync(rest, { from: 'user' });
}

/** What the set-up kept; variables that are set already win. */
const kept = new URL('../.env', import.meta.url);
if (existsSync(kept)) process.loadEnvFile(kept);

try {
  await main(process.argv.slice(2));
} catch (thrown) {
  if (thrown instanceof CommanderError) {
    process.exitCode = thrown.exitCode === 0 ? 0 : 2;
  } else {
    const error = asSluiceError(thrown);
    console.error(`sluice: ${error.message}`);
    if (error.hint !== undefined) console.error(`  ${error.hint}`);
    if (error.kind === 'defect') console.error(error.cause);
    process.exitCode = error.kind === 'invalid' ? 2 : 1;
  }
}
