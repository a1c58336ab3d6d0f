/** Tokens: the App's JWT is checked as GitHub checks it, installation tokens are minted and narrowed. */
import { randomBytes, verify } from 'node:crypto';
import { Refusal } from './refusal.ts';
import type {
  App,
  GitHub,
  Installation,
  InstallationToken,
  Level,
  Permissions,
  Repository,
  State,
} from './state.ts';

const hour = 3_600_000;
/** Seconds that a JWT may live, and that two clocks may differ. */
const jwtLife = 600;
const drift = 60;

function unauthorized(message: string): Refusal {
  return new Refusal(401, message);
}

function decode(part: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    // Not JSON: refused below like anything that is no object.
  }
  throw unauthorized('A JSON web token could not be decoded');
}

/** Throws 401 in GitHub's words unless the JWT is this App's, signed RS256, issued in the past and short-lived. */
export function checkAppJwt(app: App, jwt: string, nowInSeconds: number): void {
  const [head = '', body = '', signature = ''] = jwt.split('.');
  const { alg } = decode(head);
  const { iss, iat, exp } = decode(body);
  const signed = Buffer.from(`${head}.${body}`);
  const right = verify('sha256', signed, app.publicKey, Buffer.from(signature, 'base64url'));
  if (alg !== 'RS256' || !right) throw unauthorized('A JSON web token could not be decoded');
  if (String(iss) !== String(app.id) && iss !== app.clientId)
    throw unauthorized("'Issuer' claim ('iss') must be the App's client ID or numeric ID");
  checkTimes(iat, exp, nowInSeconds);
}

function checkTimes(iat: unknown, exp: unknown, nowInSeconds: number): void {
  if (typeof iat !== 'number' || !Number.isInteger(iat) || iat > nowInSeconds + drift)
    throw unauthorized(
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  if (typeof exp !== 'number' || !Number.isInteger(exp) || exp <= nowInSeconds)
    throw unauthorized(
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (exp > nowInSeconds + jwtLife)
    throw unauthorized("'Expiration time' claim ('exp') is too far in the future");
}

export interface Narrowing {
  readonly repositoryIds?: readonly number[];
  readonly repositories?: readonly string[];
  readonly permissions?: Readonly<Record<string, unknown>>;
  /** False gives the old format of 40 characters. */
  readonly stateless: boolean;
}

/** Throws 422 when more is asked for than the installation has. */
export function mintToken(
  github: GitHub,
  installation: Installation,
  narrowing: Narrowing,
): InstallationToken {
  const { app, tokens } = github.state;
  const made: InstallationToken = {
    token: tokenText(app, narrowing.stateless),
    installation,
    bot: app.bot,
    repositories: narrowRepositories(github, installation, narrowing),
    permissions: narrowPermissions(installation.permissions, narrowing.permissions),
    expiresAt: Date.parse(github.now()) + hour,
    revoked: false,
  };
  tokens.set(made.token, made);
  return made;
}

/** The new format is about 520 characters with two dots; nobody but GitHub can read it, so its parts are noise here. */
function tokenText({ id }: App, stateless: boolean): string {
  if (!stateless)
    return `ghs_${randomBytes(40).toString('base64').replaceAll(/[^\w]/g, '').slice(0, 36)}`;
  const part = (bytes: number): string => randomBytes(bytes).toString('base64url');
  const head = Buffer.from('{"alg":"RS256","typ":"JWT"}').toString('base64url');
  return `ghs_${id}_${head}.${part(96)}.${part(256)}`;
}

export function repositoriesOf(state: State, installation: Installation): readonly Repository[] {
  const { account, repositories } = installation;
  return state.repositories.filter(
    ({ id, owner }) => owner.id === account.id && (repositories === 'all' || repositories.has(id)),
  );
}

function narrowRepositories(
  { state }: GitHub,
  installation: Installation,
  narrowing: Narrowing,
): ReadonlySet<number> | null {
  if (!narrowing.repositoryIds && !narrowing.repositories) return null;
  const { repositoryIds = [], repositories = [] } = narrowing;
  const reachable = repositoriesOf(state, installation);
  const ids = [
    ...repositoryIds.map((id) => reachable.find((each) => each.id === id)?.id),
    ...repositories.map((name) => reachable.find((each) => each.name === name)?.id),
  ];
  if (ids.length > 500) throw new Refusal(422, 'Too many repositories: at most 500 are allowed.');
  const known = ids.filter((id) => id !== undefined);
  if (known.length < ids.length)
    throw new Refusal(
      422,
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  return new Set(known);
}

const levels: readonly Level[] = ['read', 'write', 'admin'];

function narrowPermissions(granted: Permissions, asked: Narrowing['permissions']): Permissions {
  if (!asked) return granted;
  const narrowed: Record<string, Level> = { metadata: 'read' };
  for (const [name, wanted] of Object.entries(asked)) {
    const level = levels.find((each) => each === wanted);
    const most = granted[name];
    if (!level || !most || levels.indexOf(level) > levels.indexOf(most))
      throw new Refusal(422, 'The permissions requested are not granted to this installation.');
    narrowed[name] = level;
  }
  return narrowed;
}
