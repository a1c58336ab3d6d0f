/** Answer: what a server sent, read in every shape that compatible servers are known to use. */
import { z } from 'zod';
import type { ModelAnswer, ModelRequest, ToolCall, Usage } from '#ports/model.ts';

/** US dollars per million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
}

const Text = z
  .union([
    z.string(),
    z.array(z.union([z.string(), z.looseObject({ text: z.string().optional() })])),
    z.looseObject({ text: z.string() }),
  ])
  .nullish()
  .transform((content) => {
    if (typeof content === 'string') return content;
    const parts = Array.isArray(content) ? content : [content];
    return parts.map((part) => (typeof part === 'string' ? part : (part?.text ?? ''))).join('');
  });

/** Null, empty and odd values are all nothing. */
const Word = z
  .string()
  .optional()
  .catch(undefined)
  .transform((word) => (word === '' ? undefined : word));

const Call = z.looseObject({
  id: Word,
  function: z.looseObject({ name: z.string(), arguments: z.unknown().optional() }),
});

const Count = z.number().positive().optional().catch(undefined);

const Completion = z.looseObject({
  model: Word,
  choices: z.tuple(
    [
      z.looseObject({
        message: z.looseObject({
          content: Text,
          refusal: Word,
          tool_calls: z.array(Call).nullish(),
        }),
        finish_reason: Word,
      }),
    ],
    z.unknown(),
  ),
  usage: z
    .looseObject({
      prompt_tokens: Count,
      completion_tokens: Count,
      prompt_tokens_details: z.looseObject({ cached_tokens: Count }).nullish().catch(undefined),
    })
    .nullish()
    .catch(undefined),
});
type Completion = z.infer<typeof Completion>;

/** An answer, or in words why there is none; an error that came with status 200 gives its own status where it tells one. */
export type Reading =
  { readonly answer: ModelAnswer } | { readonly problem: string; readonly status?: number };

export function readAnswer(
  body: unknown,
  request: ModelRequest,
  known: { readonly model: string; readonly price: Price | undefined },
): Reading {
  const value = typeof body === 'string' ? jsonIn(body) : body;
  if (value === undefined || value === null || value === '')
    return { problem: 'its answer is empty.' };
  if (typeof value === 'string')
    return {
      problem: `it sent a page or text instead of JSON ("${value.trim().slice(0, 80)}"). Is OPENAI_BASE_URL right, with its path (often /v1)?`,
    };
  const wrong = ErrorBody.safeParse(value);
  if (wrong.success) return wrong.data;
  const read = Completion.safeParse(value);
  if (!read.success)
    return { problem: `its answer is no chat completion:\n${z.prettifyError(read.error)}` };
  return { answer: answerOf(read.data, request, known) };
}

const ErrorBody = z
  .looseObject({
    error: z.union([
      z.string(),
      z.looseObject({ message: z.string().optional(), code: z.unknown().optional() }),
    ]),
  })
  .transform(({ error }) => {
    if (typeof error === 'string') return { problem: error };
    const status = Number(error.code);
    return {
      problem: error.message ?? JSON.stringify(error),
      ...(status >= 400 && status < 600 ? { status } : {}),
    };
  });

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A page, or nothing: told apart by the caller.
    return text;
  }
}

function answerOf(
  completion: Completion,
  request: ModelRequest,
  known: { readonly model: string; readonly price: Price | undefined },
): ModelAnswer {
  const [choice] = completion.choices;
  const { content, refusal, tool_calls: calls } = choice.message;
  const toolCalls = (calls ?? []).map((call, index) =>
    toolCallOf(call, `${request.messages.length}-${index}`),
  );
  const written = [content, ...toolCalls.map((call) => call.arguments)].join('');
  const usage = usageOf(completion.usage, request, written);
  const full = !usage.estimated && usage.outputTokens >= request.maxOutputTokens;
  return {
    model: completion.model ?? known.model,
    text: refusal ?? withoutThoughts(content),
    toolCalls: distinct(toolCalls),
    stop:
      refusal === undefined
        ? stopOf(choice.finish_reason, { tools: toolCalls.length > 0, full })
        : 'refused',
    usage: { ...usage, usd: costOf(usage, known.price) },
  };
}

function toolCallOf(call: z.infer<typeof Call>, ordinal: string): ToolCall {
  const { name, arguments: given } = call.function;
  const text = typeof given === 'string' ? given : JSON.stringify(given ?? {});
  return { id: call.id ?? `call-${ordinal}`, name, arguments: text };
}

/** Some servers give every call of an answer the same id. */
function distinct(calls: readonly ToolCall[]): ToolCall[] {
  const seen = new Set<string>();
  return calls.map((call, index) => {
    const id = seen.has(call.id) ? `${call.id}-${index}` : call.id;
    seen.add(id);
    return { ...call, id };
  });
}

/** Servers that do not say why they stopped may have stopped at the limit. */
function stopOf(
  reason: string | undefined,
  answer: { tools: boolean; full: boolean },
): ModelAnswer['stop'] {
  if (reason === 'length' || reason === 'max_tokens' || (reason === undefined && answer.full))
    return 'length';
  if (reason === 'content_filter' || reason === 'refusal') return 'refused';
  return answer.tools ? 'tools' : 'end';
}

/**
 * Thoughts that some servers leave in the text: a block at its beginning, also one whose opening tag the server ate
 * or whose end was never reached. Later ones belong to the answer.
 */
export function withoutThoughts(text: string): string {
  const opened = text.search(/<think(?:ing)?>/);
  const closed = /^[ \t]*<\/think(?:ing)?>[ \t]*$/m.exec(text);
  const headless = closed !== null && (opened < 0 || opened > closed.index);
  const rest = headless ? text.slice(closed.index + closed[0].length) : text;
  return rest
    .replace(/^(?:\s*<(think(?:ing)?)>[\s\S]*?(?:<\/\1>|$))+/, '')
    .replace(/^[ \t]*\n+/, '');
}

/** About how many tokens a text has, where nobody counted: 3.6 characters each, as measured on code. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 3.6);
}

export function estimateInput({ messages, tools }: ModelRequest): number {
  return estimateTokens(JSON.stringify([messages, tools]));
}

/** The server's figures; where one is missing or zero, ours. */
function usageOf(
  given: Completion['usage'],
  request: ModelRequest,
  written: string,
): Omit<Usage, 'usd'> {
  const [input, output] = [given?.prompt_tokens, given?.completion_tokens];
  const cached = given?.prompt_tokens_details?.cached_tokens ?? 0;
  return {
    inputTokens: input ?? estimateInput(request),
    outputTokens: output ?? estimateTokens(written),
    cachedTokens: cached,
    estimated: input === undefined || output === undefined,
  };
}

function costOf(usage: Omit<Usage, 'usd'>, price: Price | undefined): number | null {
  if (price === undefined) return null;
  return (usage.inputTokens * price.input + usage.outputTokens * price.output) / 1_000_000;
}
