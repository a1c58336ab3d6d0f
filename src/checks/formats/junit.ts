/** Reads JUnit XML as linters write it: a failed case is a finding. */
import type { Said } from '#core/finding.ts';
import { readXml, type Element } from '#checks/parsers/xml.ts';
import { levelOf, pathIn, reportOf, type FormatReader } from '#checks/format.ts';

export const junitFindings: FormatReader = (text, { root }) => {
  const top = readXml(text);
  if (top?.name !== 'testsuites' && top?.name !== 'testsuite') return undefined;
  return reportOf(casesIn(top, undefined, root));
};

/** A suite is often named after the file that it is about. */
function casesIn(
  suite: Element,
  outer: string | undefined,
  root: string,
): readonly (Said | undefined)[] {
  const { attributes, children } = suite;
  const file = attributes.get('file') ?? named(attributes.get('name')) ?? outer;
  return children.flatMap((child) => {
    if (child.name !== 'testcase') return casesIn(child, file, root);
    const broken = child.children.filter(({ name }) => name === 'failure' || name === 'error');
    return broken.map((each) => saidOf(child, each, { file, root }));
  });
}

function named(name: string | undefined): string | undefined {
  return name !== undefined && /[^\s/]\.\w+$/.test(name) ? name : undefined;
}

function saidOf(
  { attributes }: Element,
  broken: Element,
  { file, root }: { readonly file: string | undefined; readonly root: string },
): Said | undefined {
  const own = attributes.get('file') ?? named(attributes.get('classname'));
  const path = pathIn(own ?? file ?? '', root);
  if (path === undefined) return undefined;
  const type = broken.attributes.get('type');
  return {
    rule: type ?? attributes.get('name') ?? 'none',
    level: levelOf(type ?? 'error'),
    message: messageOf(broken),
    path,
    line: Number(attributes.get('line') ?? lineIn(broken)),
  };
}

function messageOf({ attributes, text }: Element): string {
  return attributes.get('message') ?? text.trim();
}

/** Some only say it: `line 7, col 3`. */
function lineIn({ attributes, text }: Element): string {
  return /\bline (\d+)\b/i.exec(`${attributes.get('message') ?? ''} ${text}`)?.[1] ?? '';
}
