/** Every sample payload of GitHub's own collection, and which of them start what. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { readEvent } from '#adapters/github/events.ts';
import { flows } from '#flows/all.ts';

interface Sample {
  readonly action?: string;
}

const file = createRequire(import.meta.url).resolve('@octokit/webhooks-examples');
const samples = JSON.parse(readFileSync(file, 'utf8')) as readonly {
  readonly name: string;
  readonly examples: readonly Sample[];
}[];

/** As an App receives them: many samples come from hooks that were set up by hand. */
function startedBy(name: string, example: Sample): readonly string[] {
  const payload = { ...example, installation: { id: 99 } };
  const read = readEvent({ id: 'a', name, payload });
  if (read.state !== 'event') return [read.state];
  const asked = flows.filter((flow) => flow.on(read.event) !== undefined);
  return [read.event.kind, ...asked.map((flow) => `→ ${flow.name}`)];
}

test('all 329 are taken; those that start or end something are these, and no others', () => {
  const all = samples.flatMap(({ name, examples }) =>
    examples.map((example) => ({
      what: [name, example.action].filter((part) => part).join('.'),
      became: startedBy(name, example).join(' '),
    })),
  );
  expect(all).toHaveLength(329);
  expect(all.filter(({ became }) => became === 'invalid')).toEqual([]);
  const acted = all.filter(({ became }) => became !== 'ignored');
  const table = new Set(acted.map(({ what, became }) => `${what}: ${became}`));
  expect([...table].toSorted()).toEqual([
    // Of other Apps, by their names; or asked for by a bot.
    'check_run.requested_action: pressed',
    'check_run.rerequested: rerequested',
    'check_suite.rerequested: rerequested',
    // No command on its first line.
    'issue_comment.created: commented',
    // Those that are gone end a run that goes on, and start none.
    'issues.deleted: closed → generate',
    // Whether it is the label of the repository is read from its settings, in the run.
    'issues.labeled: labelled → generate',
    'issues.transferred: closed → generate',
    'issues.unlabeled: unlabelled → generate',
    // Not of ours: it may free a place for one that waits.
    'pull_request.closed: pull-closed',
    // It may be the label that stops runs, or one that a rule names.
    'pull_request.labeled: pull-labelled → check',
    // Who did it, and what they may, is asked in the run.
    'pull_request.opened: proposed → check',
    'pull_request.ready_for_review: proposed → check',
    'pull_request.reopened: proposed → check',
    'pull_request.synchronize: pushed → check',
    'pull_request.unlabeled: pull-unlabelled → check',
  ]);
});
