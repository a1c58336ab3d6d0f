/** As whom the embedded server runs: PostgreSQL refuses root, so root hands it to an unprivileged user. */
import { chmod, chown, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errors } from '#core/errors.ts';

/** Undefined stands for the user that we are. */
export type ServerUser = { readonly uid: number; readonly gid: number } | undefined;

/** Whoever owns an existing cluster stays its user; else `nobody`. */
export async function serverUser(cluster: string): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(cluster).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  // initdb looks its user up by name, so a bare number would not do.
  const line = (await readFile('/etc/passwd', 'utf8'))
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined) {
    throw errors.databaseMissing('PostgreSQL does not run as root, and there is no user "nobody"');
  }
  return { uid: Number(uid), gid: Number(gid) };
}

/** Makes a folder that only the server's user may look into. */
export async function privateFolder(path: string, user: ServerUser): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, 0o700);
  if (user !== undefined) await chown(path, user.uid, user.gid);
}

/** Throws invalid where the server's user could not reach the folder; opens the data directory itself for passage. */
export async function ensureReachable(dataDir: string, user: ServerUser): Promise<void> {
  if (user === undefined) return;
  const own = await stat(dataDir);
  if (own.uid === 0) await chmod(dataDir, (own.mode & 0o777) | 0o011);
  for (let folder = dataDir; folder !== dirname(folder); folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) {
      throw errors.settingInvalid(
        'data directory',
        `PostgreSQL runs as user ${user.uid} when Sluice runs as root, and that user cannot enter ${folder}`,
        `Choose a data directory that every user can reach (such as /var/lib/sluice), or set DATABASE_URL.`,
      );
    }
  }
}
