/** The pages outside of repositories: people switch faults, manage installations and send webhooks again. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { LocalGitHub } from '#local-github/local-github.ts';
import { rulesTable } from '#local-github/probing/table.ts';
import { listen, person, place, visit, type Ear } from '../visit.ts';

let github: LocalGitHub;
let ear: Ear;
beforeAll(async () => {
  github = await visit({ rules: rulesTable });
});
beforeEach(async () => {
  ear = await listen();
  github.setHook(ear.url);
});
afterEach(() => ear.close());
afterAll(() => github.stop());

async function see(path: string): Promise<string> {
  const answer = await fetch(github.url + path, { headers: { accept: 'text/html' } });
  expect(answer.status).toBe(200);
  return answer.text();
}

async function press(path: string, form: Record<string, string>): Promise<number> {
  const answer = await fetch(github.url + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: github.url },
    body: new URLSearchParams(form),
  });
  await github.settled();
  return answer.status;
}

test('faults are switched on and off on their page, and what is none is refused', async () => {
  const path = '/-/faults';
  expect(await see(path)).toContain('Nothing goes wrong just now.');
  expect(await press(path, { action: 'add', fault: 'drop event=label.*' })).toBe(303);
  const [{ id } = { id: 0 }] = github.faults.list();
  expect(await see(path)).toContain('event=label.*');
  expect(await press(path, { action: 'add', fault: 'fire' })).toBe(422);
  await press(path, { action: 'remove', id: String(id) });
  expect(github.faults.list()).toEqual([]);
});

test('an owner takes repositories away, adds them, suspends, uninstalls and installs; the App hears of all', async () => {
  const path = '/settings/installations';
  const [installation] = github.state.installations;
  const id = String(installation!.id);
  const repository = String(github.state.repositories[1]!.id);
  expect(await see(`${path}/${id}`)).toContain('acme/secret');
  installation!.permissions = { metadata: 'read' };
  for (const action of ['take', 'add', 'suspend', 'unsuspend', 'permissions', 'remove'])
    expect(await press(path, { action, id, repository })).toBe(303);
  expect(await press(path, { action: 'suspend', id })).toBe(404);
  expect(await press(path, { action: 'install', account: 'acme' })).toBe(303);
  expect(ear.names()).toEqual([
    'installation_repositories.removed',
    'installation_repositories.added',
    'installation.suspend',
    'installation.unsuspend',
    'installation.new_permissions_accepted',
    'installation.deleted',
    'installation.created',
  ]);
  expect(github.state.installations[0]!.permissions).toEqual(github.state.app.permissions);
  expect(github.violations).toEqual([]);
});

test('a delivery is sent again by its button', async () => {
  const path = `/settings/apps/${github.app.slug}/advanced`;
  await person(github, 'ada').rest.issues.createLabel({ ...place, name: 'again' });
  await github.settled();
  const { id } = github.state.deliveries.at(-1)!;
  expect(await see(path)).toContain('Redeliver');
  expect(await press(path, { action: 'redeliver', id: String(id) })).toBe(303);
  expect(github.state.deliveries.at(-1)).toMatchObject({ redelivery: true, status: 'OK' });
  expect(ear.names()).toEqual(['label.created', 'label.created']);
});

test('the table of rules is shown as it is printed', async () => {
  expect(await see('/-/rules')).toContain('credentials/unknown-token');
});
