/** Reads a package script the way a shell splits it into words, so that its runner can be started without a shell. */

export interface ScriptCommand {
  readonly environment: Readonly<Record<string, string>>;
  readonly words: readonly string[];
}

/** One word with its quotes, or an operator that ends a command. */
const piece = /(?:[^\s"'\\;&|<>()]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+|&&|\|\||[;&|]|[<>()]+/g;

/** The commands of a script, in order. Redirections and groups are no words of a command: they end it. */
export function commandsOf(script: string): readonly ScriptCommand[] {
  const commands: string[][] = [[]];
  for (const [text] of script.matchAll(piece)) {
    if (/^(?:&&|\|\||[;&|]|[<>()]+)$/.test(text)) commands.push([]);
    else commands.at(-1)?.push(unquote(text));
  }
  return commands.filter((words) => words.length > 0).map(withEnvironment);
}

function unquote(text: string): string {
  return text.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/g, (...found) => {
    const [, double, single, escaped] = found as readonly (string | undefined)[];
    return double?.replace(/\\(["\\$`])/g, '$1') ?? single ?? escaped ?? '';
  });
}

/** `NAME=value` before the program, also behind `env` and `cross-env`. */
function withEnvironment(words: readonly string[]): ScriptCommand {
  const environment: Record<string, string> = {};
  for (const [at, word] of words.entries()) {
    const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(word) ?? [];
    if (name !== undefined && value !== undefined) environment[name] = value;
    else if (word !== 'env' && word !== 'cross-env') return { environment, words: words.slice(at) };
  }
  return { environment, words: [] };
}
