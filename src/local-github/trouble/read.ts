/** Reads faults as people write them: `kind name=value ...` on the command line, an object in JSON. */
import { faultKinds } from '#local-github/faults/all.ts';
import { Fault } from '#local-github/faults/fault.ts';

/** A fault that cannot be switched on; the message says why. */
export class FaultError extends Error {
  override readonly name = 'FaultError';
}

const numbers = ['nth', 'times', 'seconds', 'status', 'seed'];

/** `secondary-limit method=POST path=/repos/*\/issues nth=2 seconds=5`. Throws FaultError. */
export function readFaultText(text: string): Fault {
  const [kind = '', ...pairs] = text.trim().split(/\s+/);
  const fields = pairs.map((pair) => {
    const [name = '', ...rest] = pair.split('=');
    if (rest.length === 0) throw new FaultError(`"${pair}" must be name=value`);
    const value = rest.join('=');
    return [name, numbers.includes(name) ? Number(value) : value];
  });
  return readFault({ kind, ...Object.fromEntries(fields) });
}

/** Throws FaultError that names what is wrong. */
export function readFault(value: unknown): Fault {
  const read = Fault.safeParse(value);
  if (!read.success) {
    const problems = read.error.issues.map(({ path, message }) =>
      path.length === 0 ? message : `${path.join('.')}: ${message}`,
    );
    throw new FaultError(`This is no fault: ${problems.join('; ')}`);
  }
  const kind = faultKinds.find(({ name }) => name === read.data.kind);
  if (!kind) {
    const known = faultKinds.map(({ name }) => name).join(', ');
    throw new FaultError(`There is no fault "${read.data.kind}". There are: ${known}`);
  }
  const pattern = kind.of === 'webhook' ? ['event'] : ['method', 'path', 'on'];
  const allowed = ['kind', 'nth', 'times', ...pattern, ...kind.takes];
  const strange = Object.keys(read.data).filter((name) => !allowed.includes(name));
  if (strange.length > 0)
    throw new FaultError(
      `${kind.name} takes no ${strange.join(', ')}; it takes ${allowed.slice(1).join(', ')}`,
    );
  return read.data;
}
