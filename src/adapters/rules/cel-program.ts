/**
 * The program in which CEL is read and asked: a process of its own, since a worker that runs out of memory takes the whole
 * process with it. Reads one question, writes one line for each expression.
 */
import { readFileSync, writeSync } from 'node:fs';
import { RE2JS } from 're2js';
import { languageOf, type Shape } from './cel.ts';

interface Question {
  readonly shape: Shape;
  /** Without facts expressions are only checked. */
  readonly facts: unknown;
  readonly expressions: readonly string[];
}

/** What `matches` of CEL needs of a pattern, in time that grows with the text alone. */
class LinearPattern {
  static readonly #known = new Map<string, RE2JS>();
  readonly #pattern: RE2JS;

  constructor(pattern: string) {
    const known = LinearPattern.#known.get(pattern);
    this.#pattern = known ?? RE2JS.compile(pattern);
    // CEL asks anew for every text.
    if (known === undefined && LinearPattern.#known.size < 100) {
      LinearPattern.#known.set(pattern, this.#pattern);
    }
  }

  test(text: string): boolean {
    return this.#pattern.matcher(text).find();
  }
}

// CEL's `matches` makes a RegExp, which for some patterns takes years; it cannot be registered anew.
Object.assign(globalThis, { RegExp: LinearPattern });

const question = JSON.parse(readFileSync(0, 'utf8')) as Question;
const language = languageOf(question.shape);
const ask = question.facts === null ? language.check : language.ask(question.facts);
for (const expression of question.expressions) {
  writeSync(1, `${JSON.stringify(ask(expression))}\n`);
}
