/** The organisations of a world: who belongs to them, and their teams. */
import type { Account } from '#local-github/state.ts';
import type { Organisation } from '#local-github/state/releases.ts';
import type { WholeWorld } from '#local-github/world.ts';
import { accountOf } from './issue.ts';

interface Making {
  readonly accounts: readonly Account[];
  readonly nextId: () => number;
}

/** Every owner of a repository that is no person; what the world does not say of one is: everybody, no teams. */
export function seedOrganisations(
  { organisations }: WholeWorld,
  { accounts, nextId }: Making,
): readonly Organisation[] {
  const people = accounts.filter(({ type }) => type === 'User');
  return accounts
    .filter(({ type }) => type === 'Organization')
    .map((account) => {
      const said = organisations[account.login];
      const members = (logins: readonly string[]) =>
        logins.map((each) => accountOf(accounts, each));
      return {
        account,
        description: said?.description ?? null,
        members: said?.members ? members(said.members) : people,
        teams: Object.entries(said?.teams ?? {}).map(([name, logins]) => ({
          id: nextId(),
          slug: name.toLowerCase(),
          name,
          description: null,
          members: members(logins),
        })),
      };
    });
}
