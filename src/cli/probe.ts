/** A probe: something that `doctor` looks at only when it is asked to, since it costs money or leaves traces. */
import type { Environment } from './answer.ts';

/** To add one: a file that exports a probe, and its line in the list of `doctor.ts`. */
export interface Probe {
  /** The option's name without dashes, in camel case, as the parser gives it. */
  readonly name: string;
  /** As `--help` shows it, with its value where it takes one: `--live <repository>`. */
  readonly flag: string;
  readonly about: string;
  /** Options that only this probe reads: flag and meaning. */
  readonly also?: readonly (readonly [flag: string, about: string])[];
  /** Prints its own report; whether the exit code is 0. `value` is what stands behind the flag. */
  readonly run: (asked: {
    readonly value: string | undefined;
    readonly environment: Environment;
    readonly json: boolean;
    /** Every option as the parser gives it. */
    readonly options: Readonly<Record<string, string | true | undefined>>;
  }) => Promise<boolean>;
}
