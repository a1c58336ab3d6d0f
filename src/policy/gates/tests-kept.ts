/** Tests kept: test files may grow, but no test is taken away, skipped or singled out; weakened checks are told. */
import { lineDifference } from '#core/line-diff.ts';
import { isTestPath } from '#core/test-path.ts';
import type { Verdict } from '#core/verdict.ts';
import type { Gate, GateFacts } from './gate.ts';
import { listed } from '#policy/reasons.ts';

const declared = /(?:^|[^.\w])(?:test|it|describe|suite)(?:\.\w+)*\s*\(|^\s*(?:async\s+)?def test_/;
const switchedOff =
  /\b(?:test|it|describe|suite|context)\.(?:skip|only|todo|fails|failing)\b|\b(?:xit|xdescribe|xtest|fit|fdescribe)\s*\(|\{\s*(?:skip|only|todo):|\b[tT]\.(?:skip|todo)\(|@(?:pytest\.mark\.(?:skip|xfail)|unittest\.(?:skip|expectedFailure))|\bpytest\.(?:skip|xfail)\(/;
const silenced =
  /eslint-disable|@ts-(?:ignore|expect-error|nocheck)|\bnoqa\b|\bnosec\b|type:\s*ignore|(?:istanbul|c8|v8) ignore|pragma: no cover|prettier-ignore/;

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
    ...told('A check is silenced by a comment', quiet),
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

function count(lines: readonly string[], pattern: RegExp): number {
  return lines.filter((line) => pattern.test(line)).length;
}

function told(sentence: string, files: readonly FileDifference[]): readonly string[] {
  return files.length === 0 ? [] : [`${sentence}: ${listed(files.map(({ path }) => path))}.`];
}
