/** Tests kept: test files may grow, but no test is taken away, skipped or singled out; what weakens a check is told. */
import { lineDifference } from '#core/line-diff.ts';
import { isTestPath } from '#core/test-path.ts';
import type { Verdict } from '#core/verdict.ts';
import type { Gate, GateFacts } from './gate.ts';
import { listed } from '#policy/reasons.ts';

const declared = /(?:^|[^.\w])(?:test|it|describe|suite)(?:\.\w+)*\s*\(|^\s*(?:async\s+)?def test_/;
const switchedOff =
  /\b(?:test|it|describe|suite|context|specify)(?:\s*\.\s*\w+)*\s*(?:\.\s*|\[\s*["'`])(?:skip|only|todo|fails|failing|skipIf|runIf)\b|\b(?:x|f)(?:it|describe|test|context|specify)\s*\(|[{,]\s*["']?(?:skip|only|todo)["']?\s*:|\b[tT]\.(?:skip|todo|Skip|SkipNow|Skipf)\(|\bthis\.skip\(|@(?:pytest\.mark\.(?:skip|xfail)|unittest\.(?:skip|expectedFailure)|Disabled|Ignore)\b|\bpytest\.(?:skip|xfail|importorskip)\(|\bself\.skipTest\(|#\[ignore\b/;
const silenced =
  /(?:eslint|oxlint|tslint|stylelint|rubocop|swiftlint|ktlint|rslint)[:-]disable|@ts-(?:ignore|expect-error|nocheck)|@flow(?:FixMe)?\b|\$FlowFixMe|\bnoqa\b|\bnosec\b|\bNOSONAR\b|\bnosemgrep\b|\bnolint\b|\bnoinspection\b|type:\s*ignore|py(?:lint|right):\s*(?:disable|ignore|basic)|mypy:\s*ignore|(?:istanbul|c8|v8|node:coverage|biome-|deno-lint-|coverage:|hadolint |psalm-|phpcs:)\s?(?:ignore|disable)|@phpstan-ignore|shellcheck disable|pragma(?: warning|:)? (?:no cover|disable)|prettier-ignore|LCOV_EXCL|@SuppressWarnings|#!?\[allow\(/i;

/** What a check asserts, in the words of many languages. */
const asserts = /\b(?:expect|assert\w*|should|require)\s*[(.!]|^\s*assert\b/;

/** A limit by its name; one that moves is told, whichever way is the weaker. */
const limit =
  /\b\w*(?:threshold|fail[-_]?under|coverage|max[-_]?warnings|tolerance|epsilon|precision|timeout|retries|retry)\w*\b["'\])]*\s*[:=(,]+\s*(-?\d[\d._]*)/gi;

export const testsKept: Gate = {
  name: 'tests-kept',
  asks: 'No existing test is removed, skipped or singled out.',
  decide: judgeTests,
};

type TestFacts = Pick<GateFacts, 'change' | 'originals' | 'testPaths'>;

/** The verdict on tests alone, before there is other evidence. */
export function judgeTests(facts: TestFacts): Verdict {
  const files = differences(facts);
  const tests = files.filter(({ path }) => isTestPath(path) || facts.testPaths.includes(path));
  const gone = tests.filter(({ deleted }) => deleted);
  const fewer = tests.filter(
    ({ removed, added }) => count(removed, declared) > count(added, declared),
  );
  const off = files.filter(({ added }) => count(added, switchedOff) > 0);
  const changed = tests.filter(
    ({ removed, deleted }) => !deleted && removed.some((line) => line.trim() !== ''),
  );
  const quiet = files.filter(({ added }) => count(added, silenced) > 0);
  const weaker = tests.filter(
    ({ removed, added, deleted }) => !deleted && count(removed, asserts) > count(added, asserts),
  );
  const moved = files.filter(({ removed, added }) => limitsMoved(removed, added));
  const blocks = [
    ...told('Test files were deleted', gone),
    ...told(
      'Tests were taken away',
      fewer.filter(({ deleted }) => !deleted),
    ),
    ...told('Tests are skipped or singled out', off),
  ];
  const warns = [
    ...told(
      'Lines of tests that stood before were changed; look whether they still ask the same',
      changed,
    ),
    ...told('Fewer assertions than before', weaker),
    ...told('A check is silenced by a comment', quiet),
    ...told('A limit of a check was moved', moved),
  ];
  const answer = blocks.length > 0 ? 'block' : warns.length > 0 ? 'warn' : 'pass';
  return { gate: 'tests-kept', answer, reasons: [...blocks, ...warns] };
}

interface FileDifference {
  readonly path: string;
  readonly deleted: boolean;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

function differences({ change, originals }: TestFacts): readonly FileDifference[] {
  return change.files.map(({ path, content }) => ({
    path,
    deleted: content === null,
    ...lineDifference(originals.get(path) ?? undefined, content?.text),
  }));
}

/** Whether a limit that stood before has another figure now. */
function limitsMoved(removed: readonly string[], added: readonly string[]): boolean {
  const now = limitsIn(added);
  return [...limitsIn(removed)].some(([name, figure]) => {
    const next = now.get(name);
    return next !== undefined && next !== figure;
  });
}

function limitsIn(lines: readonly string[]): ReadonlyMap<string, string> {
  const found = lines.flatMap((line) => [...line.matchAll(limit)]);
  return new Map(found.map(([whole, figure = '']) => [whole.slice(0, -figure.length), figure]));
}

function count(lines: readonly string[], pattern: RegExp): number {
  return lines.filter((line) => pattern.test(line)).length;
}

function told(sentence: string, files: readonly FileDifference[]): readonly string[] {
  return files.length === 0 ? [] : [`${sentence}: ${listed(files.map(({ path }) => path))}.`];
}
