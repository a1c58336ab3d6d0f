/** Plays the history that a world tells into a repository: its commits by one import, then what GitHub knows of them. */
import { createImporter } from '#local-github/git/import.ts';
import { readCommit, resolveCommit } from '#local-github/git/objects.ts';
import { listRefs } from '#local-github/git/refs.ts';
import { WorldError } from '#local-github/world.ts';
import type { PushStep, Step, TagStep } from '#local-github/world/history.ts';
import { playPull } from './pull.ts';
import { playRelease } from './release.ts';
import { commit, find, later, move, signature } from './story.ts';
import type { HistorySeed, Story } from './story.ts';

/** Throws WorldError on a branch, tag or milestone that is not there. */
export async function playHistory(seed: HistorySeed): Promise<void> {
  const { repository, history } = seed;
  if (history.length === 0) return;
  const { folder } = repository;
  const story: Story = {
    ...seed,
    importer: createImporter(folder),
    refs: new Map(),
    dates: new Map(),
    later: [],
    now: repository.createdAt,
  };
  for (const { name } of await listRefs(folder)) await remember(story, name);
  for (const [at, step] of history.entries()) play(story, step, at);
  const sha = await story.importer.finish();
  for (const settle of story.later) settle(sha);
  repository.pushedAt = story.now;
  repository.updatedAt = story.now;
}

async function remember({ repository, refs, dates }: Story, name: string): Promise<void> {
  const sha = await resolveCommit(repository.folder, name);
  if (sha === undefined) return;
  refs.set(name, sha);
  dates.set(sha, (await readCommit(repository.folder, sha)).committer.date);
}

function play(story: Story, step: Step, at: number): void {
  const before = story.now;
  const { date } = { date: undefined, ...(step.push ?? step.pull ?? step.tag ?? step.release) };
  story.now = date ?? later(before);
  try {
    act(story, step, before);
  } catch (thrown) {
    if (!(thrown instanceof WorldError)) throw thrown;
    const { owner, name } = story.repository;
    throw new WorldError(`repository ${owner.login}/${name}: history[${at}]: ${thrown.message}`);
  }
}

function act(story: Story, { push, pull, branch, tag, release }: Step, before: string): void {
  if (push) playPush(story, push);
  if (pull) playPull(story, pull, before);
  if (branch) move(story, `refs/heads/${branch.name}`, find(story, branch.from));
  if (tag) playTag(story, tag);
  if (release) playRelease(story, release);
}

function playPush(story: Story, { author, branch, files, message }: PushStep): void {
  const ref = `refs/heads/${branch ?? story.repository.defaultBranch}`;
  const parents = [find(story, branch)];
  commit(story, { ref, parents, author: story.who(author), message, files, date: story.now });
}

function playTag(story: Story, { name, at, message }: TagStep): void {
  const point = find(story, at);
  const ref = `refs/tags/${name}`;
  if (story.refs.has(ref)) throw new WorldError(`the tag ${name} is there already`);
  const words = { tagger: signature(story.who(undefined), story.now), message: message ?? '' };
  if (message === undefined) move(story, ref, point);
  else story.importer.tag(name, point, words);
  story.refs.set(ref, point);
}
