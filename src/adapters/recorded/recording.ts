/** Recording: one request with its answer as a JSON file that people can read in a diff, and the key that finds it again. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Message, ModelAnswer, ModelRequest, ToolCall } from '#ports/model.ts';

/** Texts are kept as lists of lines: a diff then shows the line that changed. */
const Lines = z
  .union([z.string(), z.array(z.string())])
  .transform((text) => (typeof text === 'string' ? text : text.join('\n')));

const Call = z.strictObject({ id: z.string(), name: z.string(), arguments: z.string() });

const Recording = z.strictObject({
  request: z.strictObject({
    task: z.string(),
    messages: z.array(
      z.discriminatedUnion('role', [
        z.strictObject({ role: z.enum(['system', 'user']), content: Lines }),
        z.strictObject({
          role: z.literal('assistant'),
          content: Lines,
          toolCalls: z.array(Call),
        }),
        z.strictObject({ role: z.literal('tool'), callId: z.string(), content: Lines }),
      ]),
    ),
    tools: z.array(
      z.strictObject({
        name: z.string(),
        description: z.string(),
        parameters: z.record(z.string(), z.unknown()),
      }),
    ),
    maxOutputTokens: z.number(),
  }),
  answer: z.strictObject({
    model: z.string(),
    text: Lines,
    toolCalls: z.array(Call),
    stop: z.enum(['end', 'tools', 'length', 'refused']),
    usage: z.strictObject({
      inputTokens: z.number(),
      outputTokens: z.number(),
      cachedTokens: z.number(),
      usd: z.number().nullable(),
      estimated: z.boolean(),
    }),
  }),
});

export interface Recording {
  readonly request: ModelRequest;
  readonly answer: ModelAnswer;
}

/** Reads a recording's file; throws a SyntaxError or a ZodError. */
export function parseRecording(text: string): Recording {
  return Recording.parse(JSON.parse(text));
}

export function printRecording({ request, answer }: Recording): string {
  const normal = normalise(request);
  const messages = normal.messages.map((message) => ({
    ...message,
    content: lines(message.content),
  }));
  const kept = {
    request: { ...normal, messages },
    answer: { ...answer, text: lines(answer.text) },
  };
  return `${JSON.stringify(kept, null, 2)}\n`;
}

function lines(text: string): string | string[] {
  return text.includes('\n') ? text.split('\n') : text;
}

/** Requests that mean the same have the same key: SHA-256 of the normalised request, hexadecimal. */
export function keyOf(request: ModelRequest): string {
  return createHash('sha256')
    .update(canonical(normalise(request)))
    .digest('hex');
}

/** Ids of tool calls numbered as they come, their arguments as canonical JSON: neither is the same in two runs. */
export function normalise(request: ModelRequest): ModelRequest {
  const ids = new Map<string, string>();
  let count = 0;
  const renamed = (call: ToolCall): ToolCall => {
    count += 1;
    const id = `call-${count}`;
    ids.set(call.id, id);
    return { id, name: call.name, arguments: canonicalText(call.arguments) };
  };
  const messages = request.messages.map((message): Message => {
    if (message.role === 'tool')
      return { ...message, callId: ids.get(message.callId) ?? message.callId };
    if (message.role !== 'assistant') return message;
    return { ...message, toolCalls: message.toolCalls.map(renamed) };
  });
  const { task, tools, maxOutputTokens } = request;
  return { task, messages, tools, maxOutputTokens };
}

function canonicalText(json: string): string {
  try {
    return canonical(JSON.parse(json));
  } catch {
    // Not JSON: compared as it is.
    return json;
  }
}

/** JSON with sorted keys and no white space. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
