/** Tools: the pinned programs that checks run, which `npm run tools` installs; they lie in the sandbox under paths of their own. */

export interface InstalledTool {
  readonly name: string;
  readonly version: string;
  /** The beginning of its command line in the sandbox: absolute paths of ours, never looked up. */
  readonly command: readonly string[];
}

export interface Tools {
  /** The tool, or undefined where it is not installed. */
  find(name: string): InstalledTool | undefined;
}
