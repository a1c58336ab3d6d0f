/** Reads numbers from the command line; what is none is wrong use. */
import { InvalidArgumentError } from 'commander';

/** A whole number from 0 to `most`, for an option's parser. */
export function wholeNumber(most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number > most)
      throw new InvalidArgumentError(`It must be a number from 0 to ${String(most)}.`);
    return number;
  };
}

export const port = wholeNumber(65_535);
