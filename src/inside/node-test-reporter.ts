/** The reporter that we give to Node's own test runner: one JSON line for each test, in the order of the files. */

/** What we read of the runner's events; https://nodejs.org/api/test.html#class-testsstream names the fields. */
interface RunnerEvent {
  readonly type: string;
  readonly data: {
    readonly name?: string;
    readonly nesting?: number;
    readonly file?: string;
    readonly message?: string;
    readonly skip?: string | boolean;
    readonly todo?: string | boolean;
    readonly details?: { readonly type?: string; readonly error?: unknown };
  };
}

export default async function* report(events: AsyncIterable<RunnerEvent>): AsyncGenerator<string> {
  let path: readonly string[] = [];
  const said = new Map<string, string>();
  for await (const { type, data } of events) {
    const { name = '', nesting = 0 } = data;
    const here = [...path.slice(0, nesting), name];
    if (type === 'test:start') path = here;
    if (type === 'test:stderr') hear(said, data);
    const passed = type === 'test:pass';
    if (!passed && type !== 'test:fail') continue;
    yield `${JSON.stringify({ ...lineOf(data), said: passed ? undefined : said.get(name), passed, path: here })}\n`;
  }
}

/** Why a file could not be loaded is told on its standard error only. */
function hear(said: Map<string, string>, { file = '', message = '' }: RunnerEvent['data']): void {
  said.set(file, ((said.get(file) ?? '') + message).slice(0, 4_000));
}

function lineOf({ file, skip, todo, details }: RunnerEvent['data']) {
  const skipped = isSet(skip) || isSet(todo);
  return {
    file: file ?? '',
    kind: details?.type ?? 'test',
    skipped,
    ...faultOf(details?.error),
  };
}

/** An empty reason is still a skip. */
function isSet(mark: string | boolean | undefined): boolean {
  return mark !== undefined && mark !== false;
}

/** Node wraps what the test threw in an error of its own, whose `failureType` says in which phase. */
function faultOf(error: unknown): { phase?: string; code?: string; message?: string } {
  if (typeof error !== 'object' || error === null) return {};
  const phase = 'failureType' in error ? String(error.failureType) : 'testCodeFailure';
  const thrown: unknown = 'cause' in error ? error.cause : error;
  if (!(thrown instanceof Error)) return { phase, message: String(thrown) };
  const code = 'code' in thrown ? String(thrown.code) : '';
  return { phase, code, message: `${thrown.name}: ${thrown.message}` };
}
