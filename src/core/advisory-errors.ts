/** The errors around the database of advisories; a part of the catalogue in errors.ts. */
import { SluiceError } from './errors.ts';

export const advisoryErrors = {
  sourceInvalid: (source: string, problem: string) =>
    new SluiceError({
      code: 'advisories-invalid',
      kind: 'invalid',
      message: `Advisories cannot be read from ${source}: ${problem}.`,
      hint: 'Give a folder, a zip or a file of advisories in the format of OSV, or the https address of a zip.',
    }),
  sourceUnavailable: (source: string, problem: string) =>
    new SluiceError({
      code: 'advisories-unavailable',
      kind: 'unavailable',
      message: `Advisories cannot be had from ${source}: ${problem}.`,
      hint: 'What was there before is kept. Try again later, or fetch the file by other means and give its path.',
    }),
};
