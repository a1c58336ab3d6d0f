/** The double as a probe that changes something meets it: fresh material of its own, so that rows do not meet. */
import type { LocalGitHub } from '#local-github/local-github.ts';
import { at, type Ask, type Question, type Seen } from './ask.ts';

export interface Double {
  readonly github: LocalGitHub;
  /** Asks for something that must work. Throws where it does not. */
  readonly done: (question: Question) => Promise<unknown>;
  /** A new issue's number. */
  readonly issue: () => Promise<number>;
  /** A new branch off the default one, with these files written by one commit of the App; its head's SHA. */
  readonly branch: (
    files: Readonly<Record<string, string>>,
  ) => Promise<{ readonly name: string; readonly sha: string }>;
  /** A new pull request of the App from a new branch with these files. */
  readonly pull: (
    files?: Readonly<Record<string, string>>,
  ) => Promise<{ readonly number: number; readonly head: string; readonly branch: string }>;
}

export interface DoubleOptions {
  readonly github: LocalGitHub;
  readonly ask: Ask;
  readonly root: string;
  readonly defaultBranch: string;
}

export function createDouble({ github, ask, root, defaultBranch }: DoubleOptions): Double {
  let count = 0;
  const done = async (question: Question): Promise<unknown> => {
    const seen = await ask(question);
    if (seen.status < 300) return seen.body;
    throw new Error(`${question.method ?? 'GET'} ${question.path}: ${words(seen)}`);
  };
  const post = (path: string, body: object): Promise<unknown> =>
    done({ method: 'POST', path: root + path, body });
  const branch: Double['branch'] = async (files) => {
    count += 1;
    const name = `material-${String(count)}`;
    const base = await done({ path: `${root}/commits/${defaultBranch}` });
    const tree = await post('/git/trees', {
      base_tree: at(base, 'commit.tree.sha'),
      tree: Object.entries(files).map(([path, content]) => ({
        path,
        mode: '100644',
        type: 'blob',
        content,
      })),
    });
    const commit = await post('/git/commits', {
      message: `Write ${name}`,
      tree: at(tree, 'sha'),
      parents: [at(base, 'sha')],
    });
    const sha = String(at(commit, 'sha'));
    await post('/git/refs', { ref: `refs/heads/${name}`, sha });
    return { name, sha };
  };
  return {
    github,
    done,
    branch,
    async issue() {
      count += 1;
      const made = await post('/issues', { title: `Material ${String(count)}` });
      return Number(at(made, 'number'));
    },
    async pull(files = { 'material.txt': `${String(count)}\n` }) {
      const { name, sha } = await branch(files);
      const made = await post('/pulls', { title: `Add ${name}`, head: name, base: defaultBranch });
      return { number: Number(at(made, 'number')), head: sha, branch: name };
    },
  };
}

function words({ status, body }: Seen): string {
  return `${String(status)} ${JSON.stringify(body)}`;
}
