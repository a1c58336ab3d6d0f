/** Choose: which of the sandboxes this machine can have, tried once, in the order of preference; never none. */
import { asSluiceError, errors } from '#core/errors.ts';
import type { Sandbox, SandboxHealth } from '#ports/sandbox.ts';

export type SandboxKind = 'bubblewrap' | 'container';

export interface Candidate {
  readonly kind: SandboxKind;
  readonly make: () => Sandbox;
}

type Notes = SandboxHealth['notes'];

interface Chosen {
  readonly sandbox: Sandbox;
  /** What was tried before it, and why that did not work. */
  readonly passed: Notes;
}

/** The first of the candidates whose start probe holds. Where none does, opening throws refused `sandbox-unavailable`. */
export function chooseSandbox(candidates: readonly Candidate[]): Sandbox {
  let choosing: Promise<Chosen | Notes> | undefined;
  const made: Sandbox[] = [];
  let closed = false;

  async function choose(): Promise<Chosen | Notes> {
    const passed: Notes[number][] = [];
    for (const { kind, make } of candidates) {
      // Work that was given up may ask for its sandbox late: it would start one that nobody ends.
      if (closed) throw errors.sandboxFailed('The sandbox is closed.');
      const sandbox = make();
      made.push(sandbox);
      const { works, notes } = await sandbox.health();
      if (works) return { sandbox, passed };
      passed.push(...notes.map((note) => ({ ...note, text: `${kind}: ${note.text}` })));
      await sandbox.close();
    }
    return passed;
  }

  /** One that failed is tried again: what was missing may have come. */
  async function chosen(): Promise<Chosen | Notes> {
    const found = await (choosing ??= choose());
    if (!('sandbox' in found)) choosing = undefined;
    return found;
  }

  async function usable(): Promise<Sandbox> {
    const found = await chosen();
    if ('sandbox' in found) return found.sandbox;
    throw errors.sandboxUnavailable(
      found.map(({ text }) => text).join(' '),
      found.map(({ remedy }) => remedy ?? '').join(' Or: '),
    );
  }

  return {
    health: async () => {
      const found = await chosen();
      if (!('sandbox' in found)) return { works: false, notes: found };
      const { works, notes } = await found.sandbox.health();
      const passed = found.passed.map((note) => ({ ...note, level: 'weaker' as const }));
      return { works, notes: [...notes, ...passed] };
    },
    open: async (layers) => (await usable()).open(layers),
    kept: async (key) => (await usable()).kept(key),
    close: async () => {
      closed = true;
      await choosing?.catch((error: unknown) => asSluiceError(error));
      await Promise.all(made.map((sandbox) => sandbox.close()));
    },
  };
}
