/** Declared: a tool that a repository names in its settings, as a check like any other; it runs in the sandbox as a stranger. */
import type { formats } from '#core/declared-tool.ts';
import type { Check, Looked, Side } from './check.ts';
import { readers } from './formats/all.ts';
import { withoutResult } from './pinned.ts';
import { runReported, shell, type Reported } from './report.ts';

export interface Declared {
  readonly name: string;
  /** The command, as a person types it. */
  readonly run: string;
  /** Where it writes its report, relative to the root; what it prints when absent. */
  readonly report?: string | undefined;
  readonly format: (typeof formats)[number];
  readonly pattern?: string | undefined;
}

/** The paths of its setting narrow it as they narrow every check. */
export function declaredCheck(declared: Declared): Check {
  return {
    name: declared.name,
    about: `What \`${declared.run}\` says, as the settings declare it.`,
    needs: [],
    scope: 'project',
    trusted: false,
    wants: /./,
    // The tool reads what it likes; none of it is read here.
    largest: Number.MAX_SAFE_INTEGER,
    options: declared,
    isFitting: () => Promise.resolve(true),
    look: (side) => lookWith(declared, side),
  };
}

async function lookWith(declared: Declared, side: Side): Promise<Looked> {
  const ran = await runReported(await side.workspace(), {
    argv: shell(declared.run),
    file: declared.report ?? '/dev/stdout',
  });
  const looked = ran.trouble ?? answerOf(declared, ran);
  if (!('state' in looked) || side.packagesProblem === null) return looked;
  return { ...looked, reason: `${looked.reason} ${side.packagesProblem}` };
}

function answerOf({ name, format, report, pattern }: Declared, ran: Reported): Looked {
  if (ran.report === undefined && report !== undefined) {
    return withoutResult(`${name} (it was to write ${report})`, ran);
  }
  const read = readers[format](ran.report ?? '', { root: ran.root, pattern });
  if (read === undefined) return withoutResult(name, ran);
  if ('failed' in read) return { state: 'crashed', reason: read.failed };
  // A tool that has nothing to say and is not content did not do its work.
  const isOdd = ran.exitCode !== 0 && read.said.length === 0;
  return isOdd
    ? withoutResult(`${name} told no finding, failed with code ${String(ran.exitCode)}, and`, ran)
    : read;
}
