/**
 * Check: looks at files of one tree and says what it finds there. Each runs on the base and on the head of a change, and
 * only what is new on the head counts, so a check never needs to know of the change.
 * To add one: a file in `catalogue/` that exports a value of this type, its line in `catalogue/all.ts`, and its row in the README.
 */
import type { Said } from '#core/finding.ts';
import type { CheckSetting } from '#core/settings.ts';
import type { InstalledTool } from '#ports/tools.ts';
import type { Workspace } from '#ports/sandbox.ts';
import type { TreeEntry } from '#ports/trees.ts';
import type { Files } from './scripts.ts';

/** A path that a check could not look at, and why, for people. */
export interface Unread {
  readonly path: string;
  readonly reason: string;
}

/**
 * How a look ended. `partial`: it looked, but not at everything that it was asked to. `skipped`: it did not look at all, for
 * a reason that is nobody's fault (the tool is absent). Whatever cannot be told is `crashed`, never `clean`.
 */
export type Looked =
  | { readonly said: readonly Said[]; readonly unread?: readonly Unread[] }
  | { readonly state: 'crashed' | 'timed-out' | 'skipped'; readonly reason: string };

/** One side of a change as a check sees it. */
export interface Side {
  /** Everything in the tree; configuration of tools is the base's on both sides. */
  readonly files: Files;
  /**
   * What it is asked to look at, sorted by path: regular files of the tree that `Check.wants` named, none above the
   * size limit. Those that were changed where `scope` is `file`, all of them where it is `project`.
   */
  readonly targets: readonly TreeEntry[];
  /** The tree in a sandbox. Opened when it is first asked for. */
  workspace(): Promise<Workspace>;
  /** Whether the repository's dependencies are there, and why not. */
  readonly packagesProblem: string | null;
  readonly tools: readonly InstalledTool[];
}

export interface Check {
  /** Its key in `checks` of the settings and its name on the forge. */
  readonly name: string;
  /** What it looks for, as a sentence. */
  readonly about: string;
  /** Names of the tools without which it is skipped, as `ports/tools.ts` knows them. */
  readonly needs: readonly string[];
  /** `file`: what it says of a file depends on that file and the configuration alone, so it is kept by content. */
  readonly scope: 'file' | 'project';
  /**
   * Whether only programs and configuration of ours run, so that it may look at a stranger's tree before anybody said
   * so. Others see the base's configuration and dependencies.
   */
  readonly trusted: boolean;
  /** Files that it wants to look at. */
  readonly wants: { test(path: string): boolean };
  /** Files of the repository that tell it how to look; the head is looked at with those of the base. */
  readonly configuration?: RegExp;
  /** Bytes of a file that it can look at, where that is more than the usual 512 KB: lockfiles. Long lines are then no hindrance. */
  readonly largest?: number;
  /** The same check as the settings want it, where they say more than its level and its paths. */
  configured?(setting: CheckSetting): Check;
  /** What the settings say of how it looks, as plain data: another setting is another look. */
  readonly options?: unknown;
  /** Whether the repository wants it when the settings say nothing. */
  isFitting(files: Files): Promise<boolean>;
  look(side: Side): Promise<Looked>;
  /** Lets the tool mend `side.targets` in the workspace; what it changed is collected there. */
  fix?(side: Side): Promise<void>;
}
