/** A side of a change for tests of checks that run no tool: files given as text. */
import type { Check, Looked, Side } from '#checks/check.ts';

export type Texts = Readonly<Record<string, string>>;

export function textSide(check: Check, texts: Texts): Side {
  const paths = Object.keys(texts).sort();
  return {
    files: { paths, read: (path) => Promise.resolve(texts[path]) },
    targets: paths
      .filter((path) => check.wants.test(path))
      .map((path) => ({ path, mode: '100644', size: Buffer.byteLength(texts[path]!), id: path })),
    workspace: () => Promise.reject(new Error('a check that runs no tool asked for a sandbox')),
    packagesProblem: null,
    tools: [],
  };
}

export function lookAtTexts(check: Check, texts: Texts): Promise<Looked> {
  return check.look(textSide(check, texts));
}

/** What a check says, each as `path:line rule`. */
export async function said(check: Check, texts: Texts): Promise<readonly string[]> {
  const looked = await lookAtTexts(check, texts);
  if ('state' in looked) throw new Error(`${looked.state}: ${looked.reason}`);
  return looked.said.map(({ path, line, rule }) => `${path}:${String(line ?? 0)} ${rule}`);
}
