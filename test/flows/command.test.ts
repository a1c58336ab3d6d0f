/** Help for commands that do not exist: for those who may use them, and nobody else. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { command } from '#flows/command/flow.ts';
import type { Event } from '#core/event.ts';
import { contextOf, labelled, openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  const issues = [{ title: 'A bug', author: 'eve' }];
  stage = await openStage([{ name: 'acme/app', files: { 'README.md': '# App\n' }, issues }]);
});
afterAll(() => stage.stop());

async function comment(login: string, id: number) {
  const { issue, repository, actor, delivery } = labelled(stage.repository('app'), {}, { login });
  const said = { id, body: '/sluice `dance` @eve' };
  const event: Event = {
    kind: 'commented',
    issue,
    repository,
    actor,
    delivery,
    onPull: false,
    comment: said,
  };
  const result = await command.run(contextOf(stage, event), command.on(event)!);
  const comments = (await stage.get('ada', '/repos/acme/app/issues/1/comments')) as readonly {
    body: string;
  }[];
  return { result, comments };
}

test('a reader is not answered', async () => {
  const { result, comments } = await comment('eve', 1);
  expect(result).toMatchObject({ outcome: 'refused', code: 'permission' });
  expect(comments).toEqual([]);
});

test('a writer is told once what can be typed, however often the comment is delivered', async () => {
  await comment('ada', 2);
  const { result, comments } = await comment('ada', 2);
  expect(result).toMatchObject({ outcome: 'refused', code: 'unknown-command' });
  expect(comments).toHaveLength(1);
  expect(comments[0]?.body).toContain("`/sluice 'dance' @eve` is no command.");
  expect(comments[0]?.body).toContain('- `/sluice generate`: ');
});
