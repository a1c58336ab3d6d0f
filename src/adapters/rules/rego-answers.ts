/** Reads what `opa eval` printed of `data.sluice`: each package below it is a rule with the sets `block` and `warn`. */
import { z } from 'zod';
import type { Ruled } from '#core/policies.ts';

/** An answer is its message, or an object that says more. */
const Said = z.union([
  z
    .string()
    .min(1)
    .transform((message) => ({ message })),
  z.object({ message: z.string().min(1), lift: z.string().max(100).optional() }),
]);

const Errors = z.object({
  errors: z
    .array(
      z.object({
        message: z.string(),
        location: z.object({ file: z.string(), row: z.int(), col: z.int() }).partial().optional(),
      }),
    )
    .min(1),
});
const Result = z.object({
  result: z.tuple([
    z.object({ expressions: z.tuple([z.object({ value: z.record(z.string(), z.unknown()) })]) }),
  ]),
});

/** Answers of one set; more are no use to anybody. */
const mostAnswers = 20;
const longestMessage = 500;

type Answer = Omit<Ruled, 'owner'>;

/** What the rules said; a sentence where they could not be asked; undefined where the output cannot be read. */
export function readAnswers(stdout: string): string | readonly Answer[] | undefined {
  const printed = parsed(stdout);
  const failed = Errors.safeParse(printed);
  if (failed.success) return failed.data.errors.slice(0, 5).map(inWords).join(' ');
  const read = Result.safeParse(printed);
  if (!read.success) return undefined;
  const { value } = read.data.result[0].expressions[0];
  const answers = answersOf('rego', value);
  return typeof answers === 'object' && answers.length === 0
    ? 'The files hold no rule: none has a set `block` or `warn`.'
    : answers;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whatever was printed instead: it is no answer.
    return undefined;
  }
}

function inWords({ message, location }: z.infer<typeof Errors>['errors'][number]): string {
  const { file = '', row, col } = location ?? {};
  const where =
    file === '' || row === undefined ? '' : `${file}, line ${String(row)}, column ${String(col)}: `;
  return `${where}${message.slice(0, longestMessage)}.`;
}

/** `sluice.money` is named `money`; what else a package defines is its own affair. */
function answersOf(
  name: string,
  value: Readonly<Record<string, unknown>>,
): string | readonly Answer[] {
  const { block, warn, ...rest } = value;
  const isRule = block !== undefined || warn !== undefined;
  const own = isRule ? ruleOf(name, { block, warn }) : [];
  if (typeof own === 'string') return own;
  const below = Object.entries(rest).flatMap(([key, inner]) => {
    const packaged = z.record(z.string(), z.unknown()).safeParse(inner);
    return packaged.success && !Array.isArray(inner)
      ? [answersOf(name === 'rego' ? key : `${name}.${key}`, packaged.data)]
      : [];
  });
  const wrong = below.find((one) => typeof one === 'string');
  return typeof wrong === 'string'
    ? wrong
    : [...own, ...below.flatMap((one) => (typeof one === 'string' ? [] : one))];
}

function ruleOf(
  name: string,
  sets: { readonly block: unknown; readonly warn: unknown },
): string | readonly Answer[] {
  const said = (['block', 'warn'] as const).map((answer) => {
    const read = z.array(Said).safeParse(sets[answer] ?? []);
    return read.success
      ? read.data.slice(0, mostAnswers).map((one) => ({
          name,
          answer,
          reason: one.message.slice(0, longestMessage),
          lift: 'lift' in one ? (one.lift ?? null) : null,
        }))
      : `\`${answer}\` of \`${name}\` has to be a set of messages, or of objects with a \`message\`.`;
  });
  const wrong = said.find((one) => typeof one === 'string');
  if (typeof wrong === 'string') return wrong;
  const all = said.flatMap((one) => (typeof one === 'string' ? [] : one));
  return all.length > 0 ? all : [{ name, answer: 'pass', reason: '', lift: null }];
}
