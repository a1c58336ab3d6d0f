/** Host: what the machine must have for the sandbox, and how its owner gets what is missing. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Lack {
  readonly problem: string;
  readonly remedy: string;
}

const folders = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin'];

/** The absolute path of a program in the system's own folders; PATH could name one that strangers wrote. */
export function findProgram(name: string): string | undefined {
  return folders.map((folder) => join(folder, name)).find(isRunnable);
}

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What keeps the sandbox from being tried at all, or undefined. */
export function missingPrograms(platform: string): Lack | undefined {
  if (platform !== 'linux') {
    return {
      problem: `The sandbox needs Linux; this is ${platform}.`,
      remedy: 'Run Sluice in a Linux virtual machine or server.',
    };
  }
  if (findProgram('bwrap') === undefined) {
    return {
      problem: 'bubblewrap (bwrap) is not installed.',
      remedy: `Run: ${installCommand('bubblewrap')}`,
    };
  }
  const missing = ['prlimit', 'setpriv', 'mount', 'umount'].filter(
    (name) => findProgram(name) === undefined,
  );
  if (missing.length === 0) return undefined;
  return {
    problem: `${missing.join(', ')} of util-linux: not installed.`,
    remedy: `Run: ${installCommand('util-linux')}`,
  };
}

/** As the system's package manager wants it. */
export function installCommand(name: string, release = read('/etc/os-release')): string {
  const families = /^ID(?:_LIKE)?=.*$/gmu;
  const ids = (release.match(families) ?? []).join(' ');
  if (ids.includes('alpine')) return `apk add ${name}`;
  if (ids.includes('arch')) return `pacman -S ${name}`;
  if (ids.includes('suse')) return `zypper install ${name}`;
  if (/fedora|rhel|centos/u.test(ids)) return `dnf install ${name}`;
  return `apt-get install ${name}`;
}

/** Why bubblewrap or the runner would not start, from its own words and the system's settings. */
export function explainFailure(words: string): Lack {
  const problem = `The sandbox does not start here: ${words}`;
  if (read('/proc/sys/kernel/apparmor_restrict_unprivileged_userns').trim() === '1') {
    return {
      problem,
      remedy:
        "AppArmor limits user namespaces here (Ubuntu 24.04 and newer). Allow them for bubblewrap, as root: printf 'abi <abi/4.0>,\\ninclude <tunables/global>\\nprofile bwrap /usr/bin/bwrap flags=(unconfined) { userns, }\\n' > /etc/apparmor.d/bwrap && apparmor_parser -r /etc/apparmor.d/bwrap",
    };
  }
  if (read('/proc/sys/kernel/unprivileged_userns_clone').trim() === '0') {
    return { problem, remedy: 'Run: sysctl -w kernel.unprivileged_userns_clone=1' };
  }
  if (read('/proc/sys/user/max_user_namespaces').trim() === '0') {
    return { problem, remedy: 'Run: sysctl -w user.max_user_namespaces=15000' };
  }
  return { problem, remedy: remedyByWords(words) };
}

function remedyByWords(words: string): string {
  if (/overlay|wrong fs type|unknown filesystem/iu.test(words)) {
    return 'The kernel must know overlay file systems (modprobe overlay), for ordinary users Linux 5.11 or newer; the data directory must lie on ext4, xfs, btrfs or tmpfs.';
  }
  if (
    /mount proc|operation not permitted|permission denied|no permissions to create|set hostname|unshare user ns/iu.test(
      words,
    )
  ) {
    return 'In a container, run it as an ordinary user with --security-opt systempaths=unconfined --security-opt seccomp=docker/seccomp.json, and with docker on a host with AppArmor also --security-opt apparmor=unconfined (docker/README.md); elsewhere allow user namespaces.';
  }
  return 'Run the app on a machine where `bwrap --ro-bind / / --unshare-all true` works for its user.';
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Not every kernel has every setting.
    return '';
  }
}
