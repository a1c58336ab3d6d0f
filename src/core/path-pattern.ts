/** Path patterns: which paths of a repository a list of globs names; `*` stops at slashes, a folder's name alone names all below it. */
import picomatch from 'picomatch';

/** Whether one of the patterns names the path. Patterns that begin with `!` take away what those before them named. */
export function isWithin(path: string, patterns: readonly string[]): boolean {
  return patterns.reduce(
    (within, pattern) =>
      pattern.startsWith('!')
        ? within && !matches(path, pattern.slice(1))
        : within || matches(path, pattern),
    false,
  );
}

function matches(path: string, pattern: string): boolean {
  const bare = pattern.replace(/^\.?\//, '').replace(/\/$/, '');
  return picomatch([bare, `${bare}/**`], { dot: true, nonegate: true })(path);
}
