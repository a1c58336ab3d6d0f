/** The agent: asks a model, runs the tools that it calls, hands its answer to a reader, and knows when to stop. */
import { errors, SluiceError } from '#core/errors.ts';
import type { Message, Model, ModelAnswer } from '#ports/model.ts';
import type { Workspace } from '#ports/sandbox.ts';
import type { Log } from '#ports/telemetry.ts';
import { fillPrompt, parsePrompt } from './prompt.ts';
import { describeTool, runTool } from './tool-call.ts';
import type { Tool } from './tool.ts';

export interface AgentWorld {
  readonly model: Model;
  readonly prompts: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
  readonly log: Log;
}

export interface Question<T> {
  /** The prompt's id. */
  readonly prompt: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly tools?: readonly Tool[];
  /** Where the tools run; needed as soon as there are any. */
  readonly workspace?: Workspace;
  /** Reads the final text; what it throws as unusable is told to the model, which may answer again. */
  readonly read: (text: string) => Promise<T> | T;
  /** How often an unusable answer is asked for again. */
  readonly retries?: number;
  readonly maxCalls?: number;
  readonly maxOutputTokens?: number;
}

const defaults = { tools: [], retries: 2, maxCalls: 12, maxOutputTokens: 8_000 };

/** Stop rules: the same call with the same result so often, and so many mistakes of form in a row. */
const sameCalls = 4;
const mistakesInRow = 3;

/** What has been said, and what the stop rules count. */
interface Talk {
  readonly task: string;
  readonly messages: Message[];
  /** Calls with their results, and how often. */
  readonly seen: Map<string, number>;
  retries: number;
  mistakes: number;
}

/**
 * Asks until `read` accepts an answer. Nothing of the machine, the time or the run enters a message, so that a
 * conversation can be replayed. Throws unusable `model-stopped` by a stop rule, or the last problem that `read` found;
 * anything else that the model, a tool or `read` throws is thrown on.
 */
export async function ask<T>(world: AgentWorld, question: Question<T>): Promise<T> {
  const asked = { ...defaults, ...question };
  const prompt = parsePrompt(asked.prompt, world.prompts.get(asked.prompt) ?? '');
  const { system, user } = fillPrompt(prompt, asked.inputs);
  const talk: Talk = {
    task: prompt.id,
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: user },
    ],
    seen: new Map(),
    retries: asked.retries,
    mistakes: 0,
  };
  for (let call = 1; ; call += 1) {
    const last = call >= asked.maxCalls;
    if (last && call > 1) say(talk, `This is your last answer, without tools. ${prompt.answer}`);
    const tools = last ? [] : asked.tools.map(describeTool);
    const answer = await world.model.complete(
      {
        task: talk.task,
        messages: [...talk.messages],
        tools,
        maxOutputTokens: asked.maxOutputTokens,
      },
      world.signal,
    );
    world.log.debug({ task: talk.task, call, stop: answer.stop }, 'model answered');
    stopIfCut(talk, answer);
    if (answer.toolCalls.length > 0 && !last) await callTools(asked, answer, talk);
    else {
      const read = await readAnswer(asked, answer.text);
      if ('value' in read) return read.value;
      if (last) throw read.problem;
      talk.messages.push({ role: 'assistant', content: answer.text, toolCalls: [] });
      askAgain(talk, read.problem, prompt.answer);
    }
    stopIfStuck(talk);
  }
}

function askAgain(talk: Talk, problem: SluiceError, wanted: string): void {
  if (talk.retries === 0) throw problem;
  talk.retries -= 1;
  talk.mistakes += 1;
  say(talk, `Your answer cannot be used:\n\n${problem.message}\n\n${wanted}`);
}

function stopIfCut({ task }: Talk, { stop, text }: ModelAnswer): void {
  if (stop === 'length')
    throw errors.modelStopped(task, 'the answer was cut off at its greatest length.');
  if (stop === 'refused') throw errors.modelStopped(task, `it refused. ${text}`.trim());
}

function stopIfStuck({ task, mistakes, seen }: Talk): void {
  if (mistakes >= mistakesInRow)
    throw errors.modelStopped(task, `it made ${mistakes} mistakes of form in a row.`);
  if (Math.max(0, ...seen.values()) >= sameCalls)
    throw errors.modelStopped(task, `one tool call gave the same result ${sameCalls} times.`);
}

async function readAnswer<T>(
  question: Question<T>,
  text: string,
): Promise<{ value: T } | { problem: SluiceError }> {
  try {
    if (text.trim() === '') throw errors.answerUnusable('The answer is empty.');
    return { value: await question.read(text) };
  } catch (error) {
    if (error instanceof SluiceError && error.kind === 'unusable') return { problem: error };
    throw error;
  }
}

/** Runs the calls of one answer in order and adds their results. */
async function callTools(
  { tools = [], workspace }: Question<unknown>,
  answer: ModelAnswer,
  talk: Talk,
): Promise<void> {
  talk.messages.push({ role: 'assistant', content: answer.text, toolCalls: answer.toolCalls });
  for (const call of answer.toolCalls) {
    const { content, mistake } = await runTool(call, tools, workspace);
    talk.messages.push({ role: 'tool', callId: call.id, content });
    const pair = JSON.stringify([call.name, call.arguments, content]);
    talk.seen.set(pair, (talk.seen.get(pair) ?? 0) + 1);
    talk.mistakes = mistake ? talk.mistakes + 1 : 0;
  }
}

/** Adds to the user's turn: some servers take no two messages of one role in a row. */
function say({ messages }: Talk, content: string): void {
  const before = messages.at(-1);
  if (before?.role !== 'user') messages.push({ role: 'user', content });
  else messages[messages.length - 1] = { role: 'user', content: `${before.content}\n\n${content}` };
}
