/** Request: our messages as the body of a chat completion, without what this server does not take. */
import type {
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import type { Message, ModelRequest, ToolCall } from '#ports/model.ts';
import type { Traits } from './traits.ts';

export function bodyOf(
  model: string,
  request: ModelRequest,
  traits: Traits,
): ChatCompletionCreateParamsNonStreaming {
  const tools = traits.tools ? request.tools : [];
  // Some servers refuse calls and results in the history when no tools are offered with it.
  const told = tools.length > 0 ? request.messages.map(message) : asProse(request.messages);
  return {
    model,
    messages: told,
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.map(({ name, description, parameters }) => ({
            type: 'function' as const,
            function: { name, description, parameters: { ...parameters } },
          })),
        }),
    ...(traits.temperature ? { temperature: 0 } : {}),
    [traits.limit]: request.maxOutputTokens,
  };
}

function message(from: Message): ChatCompletionMessageParam {
  switch (from.role) {
    case 'system':
    case 'user':
      return { role: from.role, content: from.content };
    case 'tool':
      return { role: 'tool', tool_call_id: from.callId, content: from.content };
    case 'assistant':
      return {
        role: 'assistant',
        content: from.content,
        ...(from.toolCalls.length === 0 ? {} : { tool_calls: from.toolCalls.map(toolCall) }),
      };
  }
}

function toolCall({ id, name, arguments: text }: ToolCall) {
  return { id, type: 'function' as const, function: { name, arguments: text } };
}

/** The conversation without tool calls: they and their results are told in words, one turn after the other. */
function asProse(messages: readonly Message[]): ChatCompletionMessageParam[] {
  const told: { role: 'system' | 'user' | 'assistant'; content: string }[] = [];
  for (const from of messages) {
    const role = from.role === 'tool' ? 'user' : from.role;
    const before = told.at(-1);
    if (before?.role === role && role !== 'system') before.content += `\n\n${prose(from)}`;
    else told.push({ role, content: prose(from) });
  }
  return told;
}

function prose(from: Message): string {
  if (from.role === 'tool') return `Result of the tool call:\n${from.content}`;
  if (from.role !== 'assistant') return from.content;
  const calls = from.toolCalls.map((call) => `(I called ${call.name} with ${call.arguments})`);
  return [from.content, ...calls].filter((text) => text !== '').join('\n');
}
