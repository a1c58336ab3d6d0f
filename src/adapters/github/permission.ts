/** What a person may do, asked live: never what a webhook or an old answer says. */
import { z } from 'zod';
import type { Permission } from '#ports/forge.ts';
import type { Session } from './session.ts';

const named = z.enum(['none', 'read', 'triage', 'write', 'maintain', 'admin']);

/** An organisation's own role has a name of its own; what it stands on is in `permission`. */
const Answer = z.object({
  permission: named.catch('none'),
  role_name: named.optional().catch(undefined),
});

export async function permissionOf(session: Session, login: string): Promise<Permission> {
  const answer = await session.talk.find(`ask what @${login} may do`, Answer, (rest) =>
    rest.repos.getCollaboratorPermissionLevel({ ...session.at, username: login }),
  );
  return answer?.role_name ?? answer?.permission ?? 'none';
}
