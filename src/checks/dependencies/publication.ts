/** Publication: whether what a manifest asks for exists on its registry, and since when. */
import type { Said } from '#core/finding.ts';
import type { Unread } from '#checks/check.ts';
import type { Registry } from '#ports/registry.ts';
import type { Asked } from './dependency.ts';
import type { Placed } from './read-all.ts';

/** Names that are asked about in one look; what transitive packages are was for their authors to choose. */
const most = 300;
/** Questions at a time. */
const together = 8;
/** Days since a package was first published below which it is a young one. */
const youngDays = 30;
const day = 86_400_000;

export async function publication(
  asked: readonly Placed<Asked>[],
  registry: Registry,
  now: Date,
): Promise<{ readonly said: readonly Said[]; readonly unread: readonly Unread[] }> {
  const wanted = asked.filter(({ origin }) => origin === 'registry');
  const groups = [...Map.groupBy(wanted, ({ ecosystem, name }) => `${ecosystem} ${name}`).values()];
  const said: Said[] = [];
  const reasons = new Set<string>();
  if (groups.length > most) reasons.add(`only the first ${String(most)} names were asked about`);
  for (let start = 0; start < Math.min(groups.length, most); start += together) {
    const some = groups.slice(start, Math.min(start + together, most));
    await Promise.all(
      some.map(async (same) => {
        const [first] = same;
        if (first === undefined) return;
        const answer = await registry.about(first.ecosystem, first.name);
        if (answer.state === 'unasked') reasons.add(answer.reason);
        else said.push(...same.flatMap((each) => ofAnswer(each, answer, now)));
      }),
    );
  }
  const unread = [...reasons].map((reason) => ({ path: 'the age of packages', reason }));
  return { said, unread };
}

function ofAnswer(
  { ecosystem, name, path, line }: Placed<Asked>,
  answer: { readonly state: 'known'; readonly first: Date | null } | { readonly state: 'unknown' },
  now: Date,
): readonly Said[] {
  if (answer.state === 'unknown') {
    const message = `There is no package ${name} on the registry of ${ecosystem}: whoever publishes one by this name runs their code here.`;
    return [{ rule: 'unknown-package', level: 'error', message, path, line }];
  }
  const { first } = answer;
  if (first === null || now.getTime() - first.getTime() > youngDays * day) return [];
  const message = `${name} was first published on ${first.toISOString().slice(0, 10)}, less than ${String(youngDays)} days ago.`;
  return [{ rule: 'young-package', level: 'warning', message, path, line }];
}
