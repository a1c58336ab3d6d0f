/** Declared tool: how a repository names a tool of its own, whose report counts like those of the checks that Sluice brings. */
import { z } from 'zod';

export const formats = ['sarif', 'jsonl', 'checkstyle', 'junit', 'regex'] as const;

/** The keys of a declaration in `checks.NAME` of the settings. */
export const declaration = {
  /** The command, as a person types it; it runs in the sandbox. */
  run: z.string().min(1).max(2_000).optional(),
  /** Where the command writes its report, relative to the root; its standard output when absent. */
  report: z.string().min(1).max(200).optional(),
  format: z.enum(formats).optional(),
  /** For `regex`: finds one finding in a line, with the groups `path`, `line`, `message` and, where it has them, `rule` and `level`. */
  pattern: z.string().min(1).max(1_000).optional(),
};
