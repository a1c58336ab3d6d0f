/** The kinds of faults as a Markdown table, for the README. */
import { faultKinds } from '#local-github/faults/all.ts';

export function faultsTable(): string {
  const rows = faultKinds.map(({ name, about, takes }) => {
    const options = takes.map((each) => `\`${each}\``).join(', ');
    return `| \`${name}\` | ${about} | ${options} |`;
  });
  return ['| Fault | What goes wrong | Options |', '| --- | --- | --- |', ...rows].join('\n');
}
