/** Outgoing: what a session writes, each text looked at a last time; there is no other way to GitHub. */
import type { Repository } from '#core/event.ts';
import {
  outgoingBranch,
  outgoingLine,
  outgoingMarkdown,
  outgoingMessage,
  type Outlet,
} from '#core/outgoing.ts';
import type { Addition, CheckReport, Proposal } from '#ports/forge.ts';
import { bodyLimit, cutSummary, cutTo } from './markdown.ts';

export interface Outgoing {
  markdown(text: string): string;
  check(report: CheckReport): CheckReport;
  /** Throws refused where the branch has a name that none of ours has. */
  proposal(proposal: Proposal): Proposal;
  addition(addition: Addition): Addition;
}

/** Room for the marker that finds a comment again. */
const marker = 500;
const longestTitle = 200;
const longestMessage = 1_000;

/** `hosts`: to which links may lead beside the repository. */
export function outgoingTo(
  webUrl: string,
  { owner, name }: Repository,
  hosts: readonly string[] = [],
): Outgoing {
  const home = `${webUrl}/${owner}/${name}`;
  /** Cut, and looked at once more: what was code may have lost its end. */
  const markdown = (text: string, cut: (text: string) => string, closes?: number) => {
    const outlet: Outlet = { home, hosts, ...(closes !== undefined && { closes }) };
    return outgoingMarkdown(cut(outgoingMarkdown(text, outlet)), outlet);
  };
  const cutBody = (text: string) => cutTo(bodyLimit - marker, text);
  return {
    markdown: (text) => markdown(text, cutBody),
    check: (report) => ({
      ...report,
      name: outgoingLine(report.name, longestTitle),
      title: outgoingLine(report.title, longestTitle),
      summary: markdown(report.summary, cutSummary),
      ...(report.annotations && {
        annotations: report.annotations.map((each) => ({
          ...each,
          message: outgoingLine(each.message, longestMessage),
          ...(each.title !== undefined && { title: outgoingLine(each.title, longestTitle) }),
        })),
      }),
    }),
    proposal: (proposal) => ({
      ...proposal,
      branch: outgoingBranch(proposal.branch),
      title: outgoingLine(proposal.title, longestTitle),
      body: markdown(proposal.body, cutBody, proposal.closes),
      message: outgoingMessage(proposal.message),
    }),
    // The branch is a person's, whatever it is called; it is there already.
    addition: (addition) => ({ ...addition, message: outgoingMessage(addition.message) }),
  };
}
