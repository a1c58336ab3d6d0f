/** Reach: jobs that make tools run strange code, and jobs that lay hands on what is not theirs. */
import type { Script } from './script.ts';

const readCanary = `const fs = require("node:fs"); fs.writeSync(1, "ran\\n"); try { if (fs.readFileSync(process.env.HOST_FILE, "utf8").includes(process.env.A + process.env.B)) fs.writeSync(1, "\\nbreached\\n"); } catch {}`;
const readCanaryInShell = `#!/bin/sh\necho ran\ngrep -qs "$A$B" "$HOST_FILE" && echo breached\nexit 0\n`;

export const tools: readonly Script[] = [
  {
    name: 'test-file',
    marks: true,
    attack: 'A test file reads the files of the machine when the runner loads it.',
    layer: 'own root file system',
    files: { 'a.test.cjs': readCanary },
    script: '"$NODE" a.test.cjs',
  },
  {
    name: 'node-options',
    marks: true,
    attack: "A repository's .env file makes every Node load a program.",
    layer: 'own root file system',
    incident: 'CodeRabbit, January 2025',
    files: {
      '.env': 'NODE_OPTIONS="--require ./evil.cjs"\n',
      'evil.cjs': readCanary,
      'a.cjs': '1;\n',
    },
    script: 'set -a; . ./.env; set +a; "$NODE" a.cjs',
  },
  {
    name: 'package-script',
    marks: true,
    attack: 'The script that `npm test` runs reads the files of the machine.',
    layer: 'own root file system',
    files: { 'package.json': '{"scripts":{"test":"sh ./evil.sh"}}', 'evil.sh': readCanaryInShell },
    script: '"$NODE" "$NPM" --silent --ignore-scripts=false test',
  },
  {
    name: 'npmrc',
    marks: true,
    attack: "A repository's .npmrc names the shell that npm runs scripts with.",
    layer: 'own root file system',
    files: {
      '.npmrc': 'script-shell=./own.sh\nignore-scripts=false\n',
      'package.json': '{"scripts":{"test":"true"}}',
      'evil.sh': readCanaryInShell,
    },
    script: 'cp evil.sh own.sh; chmod +x own.sh; "$NODE" "$NPM" --silent test',
  },
  {
    name: 'preinstall',
    attack: 'A script that runs before an installation looks for secrets.',
    layer: 'no scripts of packages',
    incident: 'Shai-Hulud, September 2025',
    files: {
      'package.json': '{"name":"a","version":"1.0.0","scripts":{"preinstall":"sh ./evil.sh"}}',
      'evil.sh': '#!/bin/sh\necho breached > preinstalled\n',
    },
    script: '"$NODE" "$NPM" install --silent --offline --no-audit; cat preinstalled',
  },
  {
    name: 'git-monitor',
    marks: true,
    attack: "A repository's git configuration names a program that git runs on every look.",
    layer: 'own root file system',
    files: { 'evil.sh': readCanaryInShell.replaceAll(/echo (\w+)/g, 'echo $1 >> seen') },
    script:
      'cp evil.sh own.sh; chmod +x own.sh; git init -q . && git config core.fsmonitor ./own.sh; git status >/dev/null; cat seen',
  },
  {
    name: 'git-hook',
    marks: true,
    attack: 'A hook in the tree runs when git commits.',
    layer: 'own root file system',
    files: { 'hooks/pre-commit': readCanaryInShell },
    script:
      'cp -R hooks own; chmod +x own/*; git init -q . && git config core.hooksPath own; git -c user.name=a -c user.email=a@b.c commit -q --allow-empty -m x 2>&1',
  },
  {
    name: 'python-site',
    marks: true,
    attack: "A module in the tree takes the place of one of Python's own.",
    layer: 'own root file system',
    files: {
      'random.py': `import os\nprint('ran')\ntry:\n  if os.environ['A'] + os.environ['B'] in open(os.environ['HOST_FILE']).read(): print('breached')\nexcept OSError: pass\n`,
    },
    script: '/usr/bin/python3 -c "import random"',
    perhaps: true,
  },
];

export const reach: readonly Script[] = [
  {
    name: 'write-outside',
    attack: 'A test writes into a folder of the machine.',
    layer: 'own root file system',
    script: 'echo "$TOKEN" > "$HOST_DIR/written-$TOKEN"',
    breached: ({ left }) => left('written'),
  },
  {
    name: 'wiper',
    attack: 'A worm that found no secret deletes what it can.',
    layer: 'own root file system',
    incident: 'Shai-Hulud, September 2025',
    script: 'rm -rf "$HOST_DIR/wiped-$TOKEN"',
    breached: ({ left }) => !left('wiped'),
  },
  {
    name: 'kill',
    attack: 'A test kills a process of the machine.',
    layer: 'process namespace',
    script: 'kill -9 "$VICTIM"',
    breached: ({ victim }) => !victim.lives(),
  },
  {
    name: 'stop',
    attack: 'A test looks for a process by its name and stops it.',
    layer: 'process namespace',
    script:
      'for place in /proc/[0-9]*; do if tr "\\0" "\\n" < "$place/cmdline" 2>/dev/null | grep -qx "$TOKEN"; then kill -9 "${place#/proc/}"; fi; done',
    breached: ({ victim }) => !victim.lives(),
  },
  {
    name: 'daemon',
    attack: 'A test leaves a program running in a session of its own.',
    layer: 'death of the process namespace',
    script: 'setsid sh -c "sleep 4; :" sh "left-$TOKEN" </dev/null >/dev/null 2>&1 & sleep 0.2',
    breached: ({ runs, token }) => runs(`left-${token}`),
  },
  {
    name: 'device',
    attack: 'A test makes a device of the machine in the repository.',
    layer: 'no powers of root',
    script: 'mknod disk b 7 0 && echo breached',
    perhaps: true,
  },
  {
    name: 'whiteout',
    attack: 'A test makes the mark with which layers hide files of the layers below.',
    layer: 'overlay',
    script: 'mknod mark c 0 0 && echo breached',
    perhaps: true,
  },
  {
    name: 'other-user',
    attack: 'A test gives a file to another user of the machine.',
    layer: 'no powers of root',
    script: 'echo x > mine; chown 12345 mine && echo breached',
    perhaps: true,
  },
  {
    name: 'tool-chain',
    attack: 'A test changes the tools that later runs use.',
    layer: 'read-only tool chain',
    script:
      '( echo x >> "$TOOLS/package.json" ) && echo breached; ( : > "$TOOLS/bin/more" ) && echo breached',
  },
];
