/** Answers `/sluice` with what can be typed when somebody with write permission typed something else. */
import { z } from 'zod';
import { commandIn, isAddressed } from '#commands/command.ts';
import { commands } from '#commands/all.ts';
import { codeCell } from '#core/neutral.ts';
import type { RunResult } from '#core/run.ts';
import { isIgnored } from '#policy/admission/who.ts';
import type { Flow } from '#engine/flow.ts';

const Input = z.object({ issue: z.int(), comment: z.int(), typed: z.string() });

export const command: Flow<z.infer<typeof Input>> = {
  name: 'command',
  input: Input,
  on(event) {
    if (event.kind !== 'commented' || isIgnored(event.actor)) return undefined;
    const { body, id } = event.comment;
    const name = commandIn(body);
    if (!isAddressed(body) || commands.some((known) => known.name === name)) return undefined;
    return {
      issue: event.issue.number,
      comment: id,
      typed: body.split(/\r?\n/, 1)[0]?.slice(0, 100) ?? '',
    };
  },
  // Each comment gets its own answer.
  key: (event) => `command/${event.delivery}`,
  async run(context, { issue, comment, typed }): Promise<RunResult> {
    const { event, forge } = context;
    const session = forge.open(event.repository);
    try {
      const permission = await context.step('permission', z.string(), () =>
        session.permission(event.actor.login),
      );
      if (!['write', 'maintain', 'admin'].includes(permission)) {
        const reason = `@${event.actor.login} has no write permission.`;
        return { outcome: 'refused', code: 'permission', reason, facts: {} };
      }
      await context.step('usage', z.object({ url: z.string() }), () =>
        session.comment(issue, `usage-${String(comment)}`, usage(typed)),
      );
      return {
        outcome: 'refused',
        code: 'unknown-command',
        reason: 'There is no such command.',
        facts: {},
      };
    } finally {
      await session.close();
    }
  },
};

function usage(typed: string): string {
  const lines = commands.map(({ name, usage: what }) => `- \`/sluice ${name}\`: ${what}`);
  return `${codeCell(typed)} is no command. A command stands alone on the first line:\n\n${lines.join('\n')}`;
}
