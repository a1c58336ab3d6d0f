/** Cases of the probe that look at what an endpoint does in the long run: a long answer, a stop, a wrong request. */
import type { SluiceError } from '#core/errors.ts';
import type { Message, ModelAnswer } from '#ports/model.ts';
import {
  answerOf,
  quote,
  tryFor,
  type Kit,
  type ProbeCase,
  type Shortcoming,
  type Tried,
} from './probe.ts';

/** The answers that generate asks for have at most so many tokens, as the loop's own default says. */
const usualAnswer = 8_000;
const lineCount = 300;
/** Far less than the list needs. */
const tightLimit = 256;

const list: readonly Message[] = [
  { role: 'system', content: 'You write exactly what is asked for, and nothing else.' },
  {
    role: 'user',
    content: `Write the lines from "line 1" to "line ${String(lineCount)}", each on a line of its own, all of them, in order, without leaving any out.`,
  },
];

export const longAnswer: ProbeCase = {
  name: 'long answer',
  sent: `${String(lineCount)} numbered lines asked for, within ${String(usualAnswer)} tokens and within ${String(tightLimit)}`,
  async run(kit) {
    const began = kit.clock.now().getTime();
    const whole = await answerOf(
      kit,
      { messages: list, tools: [], maxOutputTokens: usualAnswer },
      kit.patience.long,
    );
    const took = kit.clock.now().getTime() - began;
    const cut = await tryFor(
      answerOf(kit, { messages: list, tools: [], maxOutputTokens: tightLimit }, kit.patience.long),
    );
    return {
      seen: `${linesOf(whole)}; then ${'error' in cut ? quote(cut.error.message) : linesOf(cut)}`,
      shortcomings: [
        ...wholeProblems(whole),
        ...slowProblems(kit, whole, took),
        ...limitProblems(cut),
      ],
      answers: 'error' in cut ? [whole] : [whole, cut],
    };
  },
};

function numbersIn({ text }: ModelAnswer): readonly number[] {
  return [...text.matchAll(/^\W*line (\d+)\W*$/gim)].map(([, digits]) => Number(digits));
}

function linesOf(answer: ModelAnswer): string {
  return `${String(numbersIn(answer).length)} lines, stop reason ${answer.stop}`;
}

function wholeProblems(answer: ModelAnswer): readonly Shortcoming[] {
  const numbers = numbersIn(answer);
  if (answer.stop === 'length')
    return [
      {
        level: 'fail',
        what: `the endpoint cuts answers below ${String(usualAnswer)} tokens`,
        meaning:
          'A test or a change of some length never arrives whole. Raise the limit of the server.',
      },
    ];
  if (numbers.at(-1) !== lineCount)
    return [
      {
        level: 'fail',
        what: `a long answer ends after ${String(numbers.at(-1) ?? 0)} of ${String(lineCount)} lines and is called complete`,
        meaning: 'Sluice would take half of a test or a change for the whole. Choose another one.',
      },
    ];
  if (numbers.length === lineCount && numbers.every((number, at) => number === at + 1)) return [];
  return [
    {
      level: 'weaker',
      what: 'it leaves out or repeats parts of a long answer',
      meaning:
        'Long changes come with gaps, which tests may find and which cost calls to ask again.',
    },
  ];
}

/** What would not be finished when the App stops waiting. */
function slowProblems(
  { patience }: Kit,
  { usage }: ModelAnswer,
  took: number,
): readonly Shortcoming[] {
  const longest = (took / Math.max(1, usage.outputTokens)) * usualAnswer;
  if (longest <= patience.long) return [];
  const [needed, given] = [longest, patience.long].map((time) => String(Math.round(time / 1000)));
  return [
    {
      level: 'weaker',
      what: `an answer of ${String(usualAnswer)} tokens would take about ${needed ?? ''} s`,
      meaning: `Sluice waits ${given ?? ''} s for an answer and then asks again. Choose a faster model or machine.`,
    },
  ];
}

function limitProblems(cut: Tried): readonly Shortcoming[] {
  if ('error' in cut)
    return [
      {
        level: 'weaker',
        what: 'an answer that reaches its limit ends as an error',
        meaning: 'The run stops with that error instead of saying that the answer was too long.',
      },
    ];
  if (cut.stop === 'length') return [];
  if (numbersIn(cut).at(-1) === lineCount)
    return [
      {
        level: 'weaker',
        what: 'it does not keep to the limit of an answer',
        meaning: 'An answer may cost more than a run has left of its budget.',
      },
    ];
  return [
    {
      level: 'fail',
      what: 'an answer that was cut at its limit is called complete',
      meaning: 'Sluice would take half of a test or a change for the whole. Choose another server.',
    },
  ];
}

export const stop: ProbeCase = {
  name: 'stop',
  sent: 'a long answer, broken off; then a question with a short answer',
  async run(kit) {
    const { patience, clock } = kit;
    const usual = kit.took.get('text') ?? 0;
    const stopped = await stopLate(kit);
    const began = clock.now().getTime();
    const messages: Message[] = [{ role: 'user', content: 'Answer with this one word: harbour' }];
    const after = await answerOf(
      kit,
      { messages, tools: [], maxOutputTokens: tightLimit },
      patience.long,
    );
    const waited = clock.now().getTime() - began;
    const finished = 'answer' in stopped;
    return {
      seen: finished
        ? 'the long answer was there before it could be broken off'
        : `broken off within ${String(stopped.milliseconds)} ms; the next answer took ${String(waited)} ms`,
      shortcomings: [
        ...(!finished && stopped.milliseconds > patience.slack ? [deaf] : []),
        ...(!finished && waited > usual * 2 + patience.slack ? [writesOn] : []),
      ],
      answers: finished ? [stopped.answer, after] : [after],
    };
  },
};

const deaf: Shortcoming = {
  level: 'weaker',
  what: 'a request ends late after it was broken off',
  meaning: 'A run that is cancelled or superseded holds its place for longer.',
};
const writesOn: Shortcoming = {
  level: 'weaker',
  what: 'after a request was broken off the next one waits: the endpoint seems to go on writing',
  meaning: 'Runs that are cancelled or superseded go on costing time, and others wait for them.',
};

/** Breaks a long answer off. Milliseconds from then to the end of the request, or the answer when it came before. */
async function stopLate(kit: Kit): Promise<{ milliseconds: number } | { answer: ModelAnswer }> {
  const { clock, patience, endpoint } = kit;
  const stopping = new AbortController();
  // Both of its answers came within that time; a quarter of it falls into the writing.
  const quarter = (kit.took.get('long answer') ?? Number.POSITIVE_INFINITY) / 4;
  const request = { task: 'probe', messages: list, tools: [], maxOutputTokens: usualAnswer };
  const answering = endpoint.model().complete(request, stopping.signal);
  const done = new AbortController();
  const pause = clock.sleep(Math.min(patience.beforeStop, quarter), done.signal);
  try {
    const first = await Promise.race([answering, pause]);
    if (first !== undefined) return { answer: first };
  } finally {
    done.abort();
    pause.catch(cancelled);
  }
  const began = clock.now().getTime();
  stopping.abort();
  const ended = await Promise.race([answering.catch(cancelled), clock.sleep(patience.long)]);
  return ended ? { answer: ended } : { milliseconds: clock.now().getTime() - began };
}

/** It was we who cancelled. */
function cancelled(): undefined {
  return undefined;
}

export const wrongRequest: ProbeCase = {
  name: 'error',
  sent: 'a question to a model that does not exist',
  async run(kit) {
    const before = kit.endpoint.requests();
    const messages: Message[] = [{ role: 'user', content: 'Answer with this one word: anchor' }];
    const name = `${kit.endpoint.model().name}-that-does-not-exist`;
    const signal = AbortSignal.timeout(kit.patience.short);
    const request = { task: 'probe', messages, tools: [], maxOutputTokens: tightLimit };
    const tried = await tryFor(kit.endpoint.model(name).complete(request, signal));
    if (!('error' in tried))
      return {
        seen: `an answer all the same: ${quote(tried.text)}`,
        shortcomings: [nameIgnored],
        answers: [tried],
      };
    const requests = kit.endpoint.requests() - before;
    return {
      seen: `${tried.error.kind} after ${String(requests)} ${requests === 1 ? 'request' : 'requests'}: ${quote(tried.error.message)}`,
      shortcomings: errorProblems(tried.error, requests),
      answers: [],
    };
  },
};

const nameIgnored: Shortcoming = {
  level: 'weaker',
  what: "the endpoint answers whatever the model's name is",
  meaning: 'A slip in SLUICE_MODEL goes unnoticed; look at which model answered.',
};

function errorProblems({ kind }: SluiceError, requests: number): readonly Shortcoming[] {
  return [
    ...(kind === 'invalid' ? [] : [lookedLikeOutage]),
    ...(requests <= 1 ? [] : [askedAgain]),
  ];
}

const lookedLikeOutage: Shortcoming = {
  level: 'weaker',
  what: 'a wrong request looks like an outage',
  meaning: 'A run with a wrong setting is tried again for a while before it tells what is wrong.',
};
const askedAgain: Shortcoming = {
  level: 'weaker',
  what: 'the words of its errors read like a parameter that it does not take',
  meaning: 'Wrong requests are sent up to four times before the run stops.',
};
