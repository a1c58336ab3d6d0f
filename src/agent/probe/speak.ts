/** Cases of the probe that look at what a model says: plain text, a tool call and what follows it. */
import { z } from 'zod';
import type { Message, ModelAnswer, ToolCall, ToolDescription } from '#ports/model.ts';
import { answerOf, quote, type Kit, type ProbeCase, type Seen, type Shortcoming } from './probe.ts';

/** Thinking models think before a single word, and what they think counts. */
const shortAnswer = 2_000;

export const text: ProbeCase = {
  name: 'text',
  sent: 'one question whose answer is one word',
  async run(kit) {
    const messages: Message[] = [
      { role: 'system', content: 'You answer with exactly what is asked for, and nothing else.' },
      { role: 'user', content: 'Answer with this one word: lighthouse' },
    ];
    const answer = await answerOf(kit, { messages, tools: [], maxOutputTokens: shortAnswer });
    return {
      seen: `${quote(answer.text)}, stop reason ${answer.stop}, from ${quote(answer.model)}`,
      shortcomings: textProblems(answer),
      answers: [answer],
    };
  },
};

function textProblems({ text: said, stop }: ModelAnswer): readonly Shortcoming[] {
  if (said.trim() === '' || stop === 'refused')
    return [
      {
        level: 'fail',
        what: stop === 'length' ? 'no word within 2,000 tokens' : 'no answer in words',
        meaning: 'Nothing that Sluice asks for would be answered. Choose another model.',
      },
    ];
  if (/^\W*lighthouse\W*$/i.test(said)) return [];
  return [
    {
      level: 'weaker',
      what: 'it does not answer with the one word that it was asked for',
      meaning: 'Answers in a wrong form are asked for again twice, which costs calls.',
    },
  ];
}

const tool: ToolDescription = {
  name: 'read_file',
  description: 'Returns the text of one file of the project.',
  parameters: {
    type: 'object',
    properties: {
      path: { type: 'string', description: 'Relative to the top of the project.' },
      lines: { type: 'integer', minimum: 1, description: 'How many lines to return.' },
    },
    required: ['path', 'lines'],
    additionalProperties: false,
  },
};
const Arguments = z.strictObject({ path: z.string(), lines: z.int().min(1) });

/** Calls in a row before an answer is overdue. */
const mostCalls = 3;

/** Only who reads the tool's result can know it. */
const word = 'marmalade-4817';

export const toolCall: ProbeCase = {
  name: 'tool call',
  sent: 'a question about a file and a tool that reads files; then what the file says',
  async run(kit) {
    const messages: Message[] = [
      { role: 'system', content: 'You answer questions about files. You read them by tool.' },
      {
        role: 'user',
        content:
          'Read the first 5 lines of docs/notes.txt and answer with the password that stands in them, and nothing else.',
      },
    ];
    const first = await answerOf(kit, { messages, tools: [tool], maxOutputTokens: shortAnswer });
    const [call] = first.toolCalls;
    if (call === undefined) return withoutCall(first);
    const told = `called ${quote(`${call.name} ${call.arguments}`)}`;
    const problem = callProblem(call);
    if (problem !== undefined) return { seen: told, shortcomings: [problem], answers: [first] };
    const answers = await goOn(kit, messages, first);
    const last = answers.at(-1) ?? first;
    return {
      seen: `${told}, then answered ${quote(last.text)}`,
      shortcomings: last.text.includes(word) ? [] : [unread],
      answers,
    };
  },
};

function withoutCall(answer: ModelAnswer): Seen {
  return {
    seen: `${quote(answer.text)}, and no call`,
    shortcomings: [
      {
        level: 'fail',
        what: 'it makes no tool calls',
        meaning:
          'generate could not read files and would guess from their names. Choose a model with tool calls, or switch them on in its server.',
      },
    ],
    answers: [answer],
  };
}

const unread: Shortcoming = {
  level: 'fail',
  what: 'it does not use what a tool returned',
  meaning: 'generate would not know the files that it read. Check the chat template of the server.',
};

function callProblem(call: ToolCall): Shortcoming | undefined {
  if (call.name === tool.name && Arguments.safeParse(jsonOf(call.arguments)).success)
    return undefined;
  return {
    level: 'fail',
    what: 'its tool calls do not keep to the schema of the tool',
    meaning: 'generate gives up after three such calls in a row. Choose another model.',
  };
}

function jsonOf(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    // No JSON: as wrong as arguments that are missing.
    return undefined;
  }
}

/** Returns every call's result until there is an answer without calls. */
async function goOn(
  kit: Kit,
  question: readonly Message[],
  first: ModelAnswer,
): Promise<readonly ModelAnswer[]> {
  const messages = [...question];
  const answers = [first];
  for (let answer = first; answer.toolCalls.length > 0 && answers.length <= mostCalls;) {
    messages.push({ role: 'assistant', content: answer.text, toolCalls: answer.toolCalls });
    const content = `Notes\n\nThe password is ${word}.\n`;
    messages.push(
      ...answer.toolCalls.map(({ id }): Message => ({ role: 'tool', callId: id, content })),
    );
    answer = await answerOf(kit, { messages, tools: [tool], maxOutputTokens: shortAnswer });
    answers.push(answer);
  }
  return answers;
}
