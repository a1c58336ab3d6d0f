/** Reads JUnit XML: pytest's, and that of any other runner that the settings name. */
import { readXml, type Element } from './xml.ts';
import { casesOf, type Parser, type Told } from './parser.ts';

export const junitReport: Parser = (report, root) => {
  const top = readXml(report);
  if (top === undefined || !['testsuites', 'testsuite'].includes(top.name)) return undefined;
  return casesOf(casesIn(top, ''), root);
};

function casesIn(suite: Element, outer: string): readonly Told[] {
  const file = suite.attributes.get('file') ?? outer;
  return suite.children.flatMap((child) =>
    child.name === 'testcase' ? [told(child, file)] : casesIn(child, file),
  );
}

function told(element: Element, suiteFile: string): Told {
  const { attributes, children } = element;
  const file = attributes.get('file') ?? suiteFile;
  const classname = attributes.get('classname') ?? '';
  const broken = children.find(({ name }) => name === 'failure' || name === 'error');
  const skipped = children.some(({ name }) => name === 'skipped');
  return {
    file,
    path: [withoutModule(classname, file), attributes.get('name') ?? ''],
    state: broken ? 'failed' : skipped ? 'skipped' : 'passed',
    message: broken ? messageOf(broken) : undefined,
    unloaded: broken?.attributes.get('message') === 'collection failure',
  };
}

/** pytest repeats the file as the class's module: `tests.test_a.TestSuite` in `tests/test_a.py`. */
function withoutModule(classname: string, file: string): string {
  const module = file.replace(/\.\w+$/, '').replaceAll('/', '.');
  if (module === '' || !classname.startsWith(module)) return classname;
  return classname.slice(module.length).replace(/^\./, '');
}

/** The message, and what follows it where the message alone says too little. */
function messageOf({ attributes, text }: Element): string {
  const message = attributes.get('message') ?? '';
  const told = text.match(/^E {1,}.*$/gm)?.map((line) => line.replace(/^E\s{1,3}/, ''));
  if (message === '' || message === 'collection failure') return told?.join('\n') ?? text;
  return /^\w+: |^assert/.test(message)
    ? message
    : `${attributes.get('type') ?? ''} ${message}`.trim();
}
