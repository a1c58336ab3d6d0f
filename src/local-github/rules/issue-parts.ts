/** Rules: assignees, locks, reactions and the story of issues. */
import { at } from '#local-github/probing/ask.ts';
import type { Place, Rule } from './rule.ts';

const assigneeDocs = 'https://docs.github.com/en/rest/issues/assignees';
const lockDocs = 'https://docs.github.com/en/rest/issues/issues#lock-an-issue';

async function issue({ double, root }: Place): Promise<string> {
  return `${root}/issues/${String(await double.issue())}`;
}

export const issuePartRules: readonly Rule[] = [
  {
    id: 'issue-parts/assignees',
    rule: 'People are added to the assignees and taken off them; who cannot be assigned is passed over.',
    source: assigneeDocs,
    changes: 'something',
    expect: { added: ['ada', 'ben'], left: ['ben'] },
    probe: async (place) => {
      const path = `${await issue(place)}/assignees`;
      const logins = (body: unknown) =>
        [at(body, 'assignees')].flat().map((each) => at(each, 'login'));
      const body = { assignees: ['ada', 'ben', 'nobody-here'] };
      const added = await place.double.done({ method: 'POST', path, body });
      const gone = { assignees: ['ada'] };
      const left = await place.double.done({ method: 'DELETE', path, body: gone });
      return { added: logins(added), left: logins(left) };
    },
  },
  {
    id: 'issue-parts/assignable',
    rule: 'Whether somebody can be assigned is answered with 204 or 404.',
    source: assigneeDocs,
    changes: 'something',
    expect: { 'ben.status': 204, 'nobody.status': 404 },
    probe: async ({ ask, root }) => ({
      ben: await ask({ path: `${root}/assignees/ben` }),
      nobody: await ask({ path: `${root}/assignees/nobody-here` }),
    }),
  },
  {
    id: 'issue-parts/locked',
    rule: 'A locked issue takes comments of those who may write only.',
    source: lockDocs,
    changes: 'something',
    expect: {
      locked: true,
      reason: 'resolved',
      'eve.status': 403,
      'ben.status': 201,
      'open.status': 201,
    },
    probe: async (place) => {
      const path = await issue(place);
      const say = (as: '@eve' | '@ben') =>
        place.ask({ as, method: 'POST', path: `${path}/comments`, body: { body: 'I' } });
      const lock_reason = 'resolved';
      await place.double.done({ method: 'PUT', path: `${path}/lock`, body: { lock_reason } });
      const seen = await place.double.done({ path });
      const [eve, ben] = [await say('@eve'), await say('@ben')];
      await place.double.done({ method: 'DELETE', path: `${path}/lock` });
      const facts = { locked: at(seen, 'locked'), reason: at(seen, 'active_lock_reason') };
      return { ...facts, eve, ben, open: await say('@eve') };
    },
  },
  {
    id: 'issue-parts/lock-reason',
    rule: 'A reason for a lock is one of four.',
    source: lockDocs,
    changes: 'something',
    expect: { status: 422 },
    probe: async (place) =>
      place.ask({
        method: 'PUT',
        path: `${await issue(place)}/lock`,
        body: { lock_reason: 'tired' },
      }),
  },
  {
    id: 'issue-parts/reactions',
    rule: 'Reactions are listed and taken back by those who made them.',
    source: 'https://docs.github.com/en/rest/reactions/reactions',
    changes: 'something',
    expect: { listed: 'eyes', 'other.status': 404, 'own.status': 204, left: 0 },
    probe: async (place) => {
      const path = `${await issue(place)}/reactions`;
      const { ask, double } = place;
      const made = await double.done({ method: 'POST', path, body: { content: 'eyes' } });
      const listed = at(await double.done({ path }), '0.content');
      const one = `${path}/${String(at(made, 'id'))}`;
      const other = await ask({ as: '@ben', method: 'DELETE', path: one });
      const own = await ask({ method: 'DELETE', path: one });
      return { listed, other, own, left: [await double.done({ path })].flat().length };
    },
  },
  {
    id: 'issue-parts/timeline',
    rule: 'The timeline holds events and comments in their order, the list of events no comments.',
    source: 'https://docs.github.com/en/rest/issues/timeline',
    changes: 'something',
    expect: {
      timeline: ['labeled', 'commented', 'renamed', 'closed', 'reopened'],
      events: ['labeled', 'renamed', 'closed', 'reopened'],
      renamed: 'Other',
    },
    probe: async (place) => {
      const path = await issue(place);
      const { double } = place;
      const change = (body: object) => double.done({ method: 'PATCH', path, body });
      await double.done({ method: 'POST', path: `${path}/labels`, body: { labels: ['bug'] } });
      await double.done({ method: 'POST', path: `${path}/comments`, body: { body: 'So?' } });
      await change({ title: 'Other' });
      await change({ state: 'closed' });
      await change({ state: 'open' });
      const names = (list: unknown) => [list].flat().map((each) => at(each, 'event'));
      const timeline = await double.done({ path: `${path}/timeline` });
      const events = await double.done({ path: `${path}/events` });
      return {
        timeline: names(timeline),
        events: names(events),
        renamed: at(events, '1.rename.to'),
      };
    },
  },
  {
    id: 'issue-parts/assignable-list',
    rule: 'The people who can be assigned are listed.',
    source: 'openapi issues/list-assignees',
    changes: 'nothing',
    expect: { status: 200, list: true },
    probe: async ({ ask, root }) => {
      const { status, body } = await ask({ path: `${root}/assignees?per_page=1` });
      return { status, list: Array.isArray(body) };
    },
  },
];
