/** Workflow: what the rules look at in a workflow or an action, read from YAML with its lines. */
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type Pair } from 'yaml';

/** A word or a text, and the line on which it begins. */
export interface Place {
  readonly text: string;
  readonly line: number;
}

export interface Step {
  readonly uses: Place | undefined;
  /** What is run as a program: of a shell, or of JavaScript through actions/github-script. */
  readonly script: Place | undefined;
  /** What is checked out, where the step says so. */
  readonly ref: Place | undefined;
}

export interface Job {
  readonly line: number;
  readonly hasPermissions: boolean;
  /** Of a workflow that is called. */
  readonly uses: Place | undefined;
  /** `inherit` hands on all of them. */
  readonly secrets: Place | undefined;
  readonly runsOn: readonly Place[];
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly triggers: readonly string[];
  /** `write-all`, or `contents: write`; of the workflow and of its jobs. */
  readonly permissions: readonly Place[];
  readonly hasPermissions: boolean;
  /** An action has its steps in one nameless job. */
  readonly jobs: readonly Job[];
  readonly isAction: boolean;
}

/** Undefined where the text is no workflow and no action. Aliases are not followed: GitHub does it, nobody writes them. */
export function readWorkflow(text: string): Workflow | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'silent' });
  if (document.errors.length > 0 || !isMap(document.contents)) return undefined;
  const reader = readerOf(document.contents, lines);
  const runs = reader.child('runs');
  if (runs !== undefined) {
    const steps = runs.items('steps').map(stepOf);
    const job = { ...emptyJob, steps, line: 1 };
    return { triggers: [], permissions: [], hasPermissions: true, jobs: [job], isAction: true };
  }
  const jobs = reader.entries('jobs');
  return {
    triggers: [...reader.keys('on'), ...reader.words('on').map(({ text: name }) => name)],
    permissions: [reader, ...jobs].flatMap(permissionsOf),
    hasPermissions: reader.has('permissions'),
    jobs: jobs.map(jobOf),
    isAction: false,
  };
}

const emptyJob = { hasPermissions: true, uses: undefined, secrets: undefined, runsOn: [] };

/** A mapping of the file; what is not there, or something else than expected, is as good as absent. */
interface Reader {
  readonly line: number;
  has(key: string): boolean;
  /** A text, number or truth value as it is written. */
  word(key: string): Place | undefined;
  /** One word, or a list of them. */
  words(key: string): readonly Place[];
  keys(key: string): readonly string[];
  child(key: string): Reader | undefined;
  /** The mappings of a list. */
  items(key: string): readonly Reader[];
  /** The mappings in a mapping. */
  entries(key: string): readonly Reader[];
}

function readerOf(node: Node, lines: LineCounter): Reader {
  const pairs: readonly Pair[] = isMap(node) ? node.items : [];
  const lineOf = (of: unknown) => lines.linePos((isNode(of) ? of.range?.[0] : 0) ?? 0).line;
  const valueOf = (key: string) =>
    pairs.find((pair) => isScalar(pair.key) && String(pair.key.value) === key)?.value;
  const placeOf = (of: unknown): Place | undefined =>
    isScalar(of) ? { text: String(of.value), line: lineOf(of) } : undefined;
  const listOf = (of: unknown): readonly unknown[] => (isSeq(of) ? of.items : []);
  const readersOf = (all: readonly unknown[]) =>
    all.flatMap((each) => (isMap(each) ? readerOf(each, lines) : []));
  return {
    line: lineOf(node),
    has: (key) => valueOf(key) !== undefined,
    word: (key) => placeOf(valueOf(key)),
    words: (key) => [valueOf(key), ...listOf(valueOf(key))].flatMap((each) => placeOf(each) ?? []),
    keys: (key) => {
      const value = valueOf(key);
      const inner: readonly Pair[] = isMap(value) ? value.items : [];
      return inner.flatMap((pair) => placeOf(pair.key)?.text ?? []);
    },
    child: (key) => readersOf([valueOf(key)])[0],
    items: (key) => readersOf(listOf(valueOf(key))),
    entries: (key) => {
      const value = valueOf(key);
      const inner: readonly Pair[] = isMap(value) ? value.items : [];
      return readersOf(inner.map((pair) => pair.value));
    },
  };
}

function isNode(value: unknown): value is Node {
  return isMap(value) || isSeq(value) || isScalar(value);
}

function permissionsOf(reader: Reader): readonly Place[] {
  const inner = reader.child('permissions');
  const each = reader.keys('permissions').flatMap((key) => {
    const level = inner?.word(key);
    return level === undefined ? [] : [{ text: `${key}: ${level.text}`, line: level.line }];
  });
  const whole = reader.word('permissions');
  return whole === undefined ? each : [whole, ...each];
}

function jobOf(reader: Reader): Job {
  return {
    line: reader.line,
    hasPermissions: reader.has('permissions'),
    uses: reader.word('uses'),
    secrets: reader.word('secrets'),
    runsOn: [...reader.words('runs-on'), ...(reader.child('runs-on')?.words('labels') ?? [])],
    steps: reader.items('steps').map(stepOf),
  };
}

function stepOf(reader: Reader): Step {
  const uses = reader.word('uses');
  const given = reader.child('with');
  const isScript = uses?.text.startsWith('actions/github-script@') === true;
  return {
    uses,
    script: reader.word('run') ?? (isScript ? given?.word('script') : undefined),
    ref: uses?.text.startsWith('actions/checkout@') === true ? given?.word('ref') : undefined,
  };
}
