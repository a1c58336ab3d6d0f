/** Faults: the App loses what it was allowed, in the middle of its work. They last: people undo them on the page. */
import { acceptPermissions, suspend, uninstall } from '#local-github/actions/installations.ts';
import type { Installation } from '#local-github/state.ts';
import type { RequestKind, Struck } from './fault.ts';

/** The one of the token, else the one that the path names, else the first. */
function installationOf({ github, token, path }: Struck): Installation | undefined {
  if (token) return token.installation;
  const { installations } = github.state;
  const id = Number(/^\/app\/installations\/(\d+)/.exec(path)?.[1]);
  return installations.find((each) => each.id === id) ?? installations[0];
}

export const access: readonly RequestKind[] = [
  {
    name: 'token-expired',
    about: "The caller's installation token is unknown from now on: 401.",
    of: 'request',
    takes: [],
    strike(_, { token }) {
      if (token) token.revoked = true;
      return {};
    },
  },
  {
    name: 'suspended',
    about: 'The installation is suspended: 403, and no more webhooks.',
    of: 'request',
    takes: [],
    strike(_, struck) {
      const installation = installationOf(struck);
      if (installation) suspend(struck.github, installation, { suspended: true });
      return {};
    },
  },
  {
    name: 'removed',
    about: 'The App is uninstalled: its tokens are unknown, its repositories not found.',
    of: 'request',
    takes: [],
    strike(_, struck) {
      const installation = installationOf(struck);
      if (installation) uninstall(struck.github, installation);
      return {};
    },
  },
  {
    name: 'permission',
    about: 'The installation loses the permission that permission names: 403 where it is needed.',
    of: 'request',
    takes: ['permission'],
    strike({ permission = 'issues' }, struck) {
      const installation = installationOf(struck);
      if (!installation) return {};
      const all = Object.entries(installation.permissions);
      const left = all.filter(([name]) => name !== permission);
      acceptPermissions(struck.github, installation, { permissions: Object.fromEntries(left) });
      return {};
    },
  },
];
