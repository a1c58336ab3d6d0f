/** The meter: counts what each caller used of GitHub's rate limits, the hourly ones and the secondary ones. */

export type Resource = 'core' | 'search' | 'code_search' | 'graphql';

/** One hourly (or, for searches, minutely) limit as headers and `/rate_limit` tell it. */
export interface Rate {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Seconds since 1970. */
  readonly reset: number;
}

/** Who is counted: a caller's limits are their own. */
export interface Counted {
  /** In GitHub's words: `installation ID 7`, `user ID 3`, or an address. */
  readonly name: string;
  readonly limits: Readonly<Record<Resource, number>>;
}

export interface Taken {
  readonly resource: Resource;
  /** GET 1, else 5: what counts against the points of a minute. */
  readonly points: number;
  /** Whether it makes content. */
  readonly creates: boolean;
  /** Of the hourly limit: 1, a GraphQL query's own, or 0 where asking is free. */
  readonly cost: number;
}

/** Why a request is one too many; `exhausted` is by a fault, and refused also where limits are only counted. */
export type Exceeded =
  'exhausted' | 'primary' | 'concurrent' | 'points' | 'content-minute' | 'content-hour';

export interface Meter {
  /** Counts a request that begins; what it exceeds, if anything. `end` has to be called when it is over. */
  begin(
    counted: Counted,
    taken: Taken,
  ): { readonly exceeded: Exceeded | undefined; readonly end: () => void };
  /** Gives back what turned out to be free, or takes (negative) what it cost beyond. */
  refund(counted: Counted, resource: Resource, cost: number): void;
  rate(counted: Counted, resource: Resource): Rate;
  /** The hourly limit of this caller is used up for so many seconds. */
  exhaust(name: string, seconds: number): void;
  /** Seconds until it may go on after what it exceeded. */
  wait(counted: Counted, exceeded: Exceeded): number;
  /** What was one too many, whether it was refused or not. */
  readonly exceeded: readonly { readonly name: string; readonly limit: Exceeded }[];
}

/** https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
const concurrentLimit = 100;
const pointLimits = { rest: 900, graphql: 2000 };
const contentLimits = { minute: 80, hour: 500 };
const minute = 60_000;
const hour = 3_600_000;

interface Window {
  used: number;
  resetAt: number;
}

interface Tally {
  readonly windows: Map<Resource, Window>;
  /** Until then nothing is left, whatever was counted. */
  exhaustedUntil: number;
  underWay: number;
  /** Of the last hour. */
  recent: {
    readonly at: number;
    readonly points: number;
    readonly creates: boolean;
    readonly graphql: boolean;
  }[];
}

/** `clock` in milliseconds since 1970. */
export function createMeter(clock: () => number): Meter {
  const tallies = new Map<string, Tally>();
  const exceededOnes: { name: string; limit: Exceeded }[] = [];
  const tallyOf = (name: string): Tally => {
    const fresh = { windows: new Map(), exhaustedUntil: 0, underWay: 0, recent: [] };
    const tally = tallies.get(name) ?? fresh;
    tallies.set(name, tally);
    return tally;
  };
  return {
    exceeded: exceededOnes,
    begin({ name, limits }, taken) {
      const tally = tallyOf(name);
      const now = clock();
      tally.recent = tally.recent.filter(({ at }) => at > now - hour);
      const window = windowOf(tally, taken.resource, now);
      const spent = taken.resource === 'core' && tally.exhaustedUntil > now;
      const limit = first(tally, taken, { spent, left: limits[taken.resource] - window.used, now });
      if (limit) exceededOnes.push({ name, limit });
      window.used += taken.cost;
      tally.underWay += 1;
      const { points, creates, resource } = taken;
      tally.recent.push({ at: now, points, creates, graphql: resource === 'graphql' });
      return { exceeded: limit, end: () => void (tally.underWay -= 1) };
    },
    refund({ name }, resource, cost) {
      windowOf(tallyOf(name), resource, clock()).used -= cost;
    },
    rate({ name, limits }, resource) {
      const now = clock();
      const tally = tallyOf(name);
      const { used, resetAt } = windowOf(tally, resource, now);
      const limit = limits[resource];
      const spent = resource === 'core' && tally.exhaustedUntil > now;
      const counted = spent ? limit : Math.min(limit, used);
      const reset = Math.ceil((spent ? tally.exhaustedUntil : resetAt) / 1000);
      return { limit, used: counted, remaining: limit - counted, reset };
    },
    exhaust(name, seconds) {
      tallyOf(name).exhaustedUntil = clock() + seconds * 1000;
    },
    wait({ name }, exceeded) {
      if (exceeded === 'concurrent') return 1;
      const now = clock();
      const within = exceeded === 'content-hour' ? hour : minute;
      const oldest = tallyOf(name).recent.find(({ at }) => at > now - within)?.at ?? now;
      return Math.max(1, Math.ceil((oldest + within - now) / 1000));
    },
  };
}

function windowOf(tally: Tally, resource: Resource, now: number): Window {
  const held = tally.windows.get(resource);
  if (held && held.resetAt > now) return held;
  const length = resource === 'core' || resource === 'graphql' ? hour : minute;
  const made = { used: 0, resetAt: Math.ceil((now + length) / 1000) * 1000 };
  tally.windows.set(resource, made);
  return made;
}

interface Now {
  readonly spent: boolean;
  /** Of the hourly limit. */
  readonly left: number;
  readonly now: number;
}

/** The first limit that this request is beyond. */
function first(tally: Tally, taken: Taken, { spent, left, now }: Now): Exceeded | undefined {
  if (taken.cost > 0 && spent) return 'exhausted';
  if (taken.cost > left) return 'primary';
  if (tally.underWay >= concurrentLimit) return 'concurrent';
  const lately = tally.recent.filter(({ at }) => at > now - minute);
  const graphql = taken.resource === 'graphql';
  const points = lately
    .filter((each) => each.graphql === graphql)
    .reduce((sum, each) => sum + each.points, taken.points);
  if (points > pointLimits[graphql ? 'graphql' : 'rest']) return 'points';
  return taken.creates ? tooMuchContent(lately, tally.recent) : undefined;
}

function tooMuchContent(lately: Tally['recent'], all: Tally['recent']): Exceeded | undefined {
  const made = (requests: Tally['recent']): number =>
    requests.filter(({ creates }) => creates).length;
  if (made(lately) >= contentLimits.minute) return 'content-minute';
  return made(all) >= contentLimits.hour ? 'content-hour' : undefined;
}
