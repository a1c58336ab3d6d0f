/** Moments: the points of a run at which the crash bench can hold it, kill something and let it go on. */

/** Before a deed is done or recorded, or after it and before anyone hears of it. */
export type Phase = 'before' | 'after';

export interface Moment {
  /** What happens: `github [commit] POST /git/trees #1`, `model generate/patch 4`, `row [plan] done`. */
  readonly what: string;
  readonly phase: Phase;
}

/** What stands still at a moment. */
export interface Held {
  /** The holder lives: as if nothing had been. */
  goOn(): Promise<void>;
  /** The holder is dead: its request never comes through. */
  drop(): Promise<void>;
}

export interface Passed extends Moment {
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** The moments of requests: whoever serves them asks before and after each. */
export interface Requests {
  /** The moments that were passed since `begin`. */
  readonly passed: readonly Passed[];
  begin(): void;
  /** A started process counts its requests anew. */
  restarted(): void;
  /** The full name of a request that is the nth of its kind. */
  numbered(what: string): string;
  /** Resolves when the armed moment lets go: false when the request must be dropped. */
  pass(moment: Moment): Promise<boolean>;
  arm(moment: Moment): Promise<Held>;
}

export function requestMoments(): Requests {
  const passed: Passed[] = [];
  const counts = new Map<string, number>();
  let armed: { moment: Moment; reached: (held: Held) => void } | undefined;
  return {
    passed,
    begin() {
      passed.length = 0;
      counts.clear();
      armed = undefined;
    },
    restarted: () => counts.clear(),
    numbered(what) {
      const count = (counts.get(what) ?? 0) + 1;
      counts.set(what, count);
      return `${what} #${count}`;
    },
    async pass({ what, phase }) {
      passed.push({ what, phase, at: Date.now() });
      if (armed?.moment.what !== what || armed.moment.phase !== phase) return true;
      const { reached } = armed;
      armed = undefined;
      const decided = Promise.withResolvers<boolean>();
      const decide = (goesOn: boolean) => () => {
        decided.resolve(goesOn);
        return Promise.resolve();
      };
      reached({ goOn: decide(true), drop: decide(false) });
      return decided.promise;
    },
    arm: (moment) =>
      new Promise((reached) => {
        armed = { moment, reached };
      }),
  };
}

export function momentName({ what, phase }: Moment): string {
  return `${phase} ${what}`;
}
