/** Who asks, from the headers of a request: by JWT, installation token or personal token, as bearer or as password. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from './caller.ts';
import { Refusal } from './refusal.ts';
import type { GitHub, InstallationToken } from './state.ts';
import { checkAppJwt } from './tokens.ts';

/** Throws 401 on credentials that are unknown, expired or revoked, 403 on a suspended installation. */
export function authenticate(github: GitHub, headers: IncomingHttpHeaders): Caller {
  const credential = credentialOf(headers.authorization);
  if (credential === undefined) return { kind: 'anonymous' };
  const { state } = github;
  const seconds = Math.floor(Date.parse(github.now()) / 1000);
  if (isJwt(credential)) {
    checkAppJwt(state.app, credential, seconds);
    return { kind: 'app', account: state.app.bot };
  }
  const account = state.accounts.find(({ token }) => token === credential);
  if (account) return { kind: 'user', account };
  const token = state.tokens.get(credential);
  if (!token || token.revoked || token.expiresAt <= seconds * 1000)
    throw new Refusal(401, 'Bad credentials');
  if (token.installation.suspendedAt !== null)
    throw new Refusal(403, 'This installation has been suspended');
  return { kind: 'installation', account: token.bot, token };
}

/** The installation token that a request carries, be it expired or revoked. */
export function tokenOf(
  { state }: GitHub,
  { authorization }: IncomingHttpHeaders,
): InstallationToken | undefined {
  try {
    return state.tokens.get(credentialOf(authorization) ?? '');
  } catch {
    // No credential that can be read: `authenticate` says so.
    return undefined;
  }
}

function isJwt(credential: string): boolean {
  return /^eyJ[\w-]*\.[\w-]+\.[\w-]+$/.test(credential);
}

/** Basic carries the token as the password; the name is then of no account. */
function credentialOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const [, scheme = '', value = ''] = /^(\S+)\s+(\S+)$/.exec(header.trim()) ?? [];
  if (/^(bearer|token)$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) throw new Refusal(401, 'Bad credentials');
  const pair = Buffer.from(value, 'base64').toString();
  const colon = pair.indexOf(':');
  const password = pair.slice(colon + 1);
  return password === '' || password === 'x-oauth-basic' ? pair.slice(0, colon) : password;
}
