/** Rules on workflows: how strangers could have their code run, or be given more than they should. */
import type { Said } from '#core/finding.ts';
import type { Place, Step, Workflow } from './workflow.ts';

type Told = Pick<Said, 'rule' | 'level' | 'message'> & { readonly line: number };

export function workflowFindings(workflow: Workflow, text: string): readonly Told[] {
  const steps = workflow.jobs.flatMap((job) => job.steps);
  const used = [...steps, ...workflow.jobs].flatMap(({ uses }) => uses ?? []);
  return [
    ...used.flatMap(unpinned),
    ...steps.flatMap(({ script }) => (script ? injections(script, text) : [])),
    ...workflow.permissions.flatMap(wide),
    ...missingPermissions(workflow),
    ...steps.flatMap((step) => strangeCheckout(step, workflow)),
    ...workflow.jobs.flatMap(({ secrets }) => inherited(secrets)),
    ...workflow.jobs.flatMap(({ runsOn }) => ownRunner(runsOn, workflow)),
  ];
}

const pinned = /^docker:\/\/[^@]+@sha256:[0-9a-f]{64}$|^[^@]+@(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

function unpinned({ text, line }: Place): readonly Told[] {
  if (/^\.{1,2}\//.test(text) || pinned.test(text)) return [];
  const message = `${text} is not pinned to a commit of 40 digits: whoever may move that tag or branch runs their code here.`;
  // What GitHub itself publishes is no stranger's.
  const level = /^(?:actions|github)\//.test(text) ? 'note' : 'warning';
  return [{ rule: 'unpinned-action', level, message, line }];
}

/** What anybody may write into an event: titles, texts, names of branches, of people and of files. */
const foreign =
  /\bgithub\.(?:head_ref\b|event\.(?:(?:issue|pull_request|discussion|comment|review|review_comment|release|milestone|project_card|head_commit|label|repository)\.)?(?:title|body|name|description|message|head\.(?:ref|label|repo\.[\w.]+)|head_branch|default_branch|author\.(?:name|email)|committer\.(?:name|email))\b|event\.(?:commits|pages)[[.*]|event\.(?:client_payload|inputs)\b|event\.workflow_run\.(?:head_branch|display_title|head_commit|head_repository|pull_requests))|\b(?:inputs\.[\w-]+|github\.event\.inputs\.[\w-]+)/;

/** Every expression in the script that holds such a thing, on its own line where the text can be found. */
function injections({ text: script, line }: Place, text: string): readonly Told[] {
  const lines = text.split('\n');
  return [...script.matchAll(/\$\{\{([^}]{1,500})\}\}/g)].flatMap(([whole, expression = '']) => {
    const [named] = foreign.exec(expression) ?? [];
    if (named === undefined) return [];
    const own = lines.findIndex((each, at) => at >= line - 1 && each.includes(whole));
    const isInput = named.startsWith('inputs.') || named.includes('.inputs.');
    const message = `The text of ${named} becomes part of the program before it runs. Hand it in as an environment variable instead.`;
    const level = isInput ? 'warning' : 'error';
    return [{ rule: 'script-injection', level, message, line: own < 0 ? line : own + 1 }];
  });
}

function wide({ text, line }: Place): readonly Told[] {
  if (text === 'write-all') {
    const message = 'The token of this workflow may write everything. Name what it needs.';
    return [{ rule: 'write-all', level: 'error', message, line }];
  }
  if (!text.endsWith(': write')) return [];
  const message = `The token of this workflow may write (${text}).`;
  return [{ rule: 'write-permission', level: 'warning', message, line }];
}

function missingPermissions({ hasPermissions, jobs, isAction }: Workflow): readonly Told[] {
  if (hasPermissions || isAction) return [];
  const message =
    'No permissions are named, so that the token has those of the repository, which may be all. Begin with `permissions: {}`.';
  return jobs
    .filter((job) => !job.hasPermissions)
    .slice(0, 1)
    .map(({ line }) => ({ rule: 'missing-permissions', level: 'warning', message, line }));
}

/** Triggers that run with secrets for what strangers send. */
const privileged = /^(?:pull_request_target|workflow_run|issue_comment)$/;
const head = /github\.event\.(?:pull_request|workflow_run)\.head|github\.head_ref|refs\/pull\//;

function strangeCheckout({ ref }: Step, { triggers }: Workflow): readonly Told[] {
  const trigger = triggers.find((each) => privileged.test(each));
  if (trigger === undefined || ref === undefined || !head.test(ref.text)) return [];
  const message = `${trigger} runs with the repository's secrets, and here it checks out what a stranger sent: a build of it gives them away.`;
  return [{ rule: 'strange-checkout', level: 'error', message, line: ref.line }];
}

function inherited(secrets: Place | undefined): readonly Told[] {
  if (secrets?.text !== 'inherit') return [];
  const message =
    'Every secret is handed to the workflow that is called. Name those that it needs.';
  return [{ rule: 'secrets-inherit', level: 'warning', message, line: secrets.line }];
}

function ownRunner(runsOn: readonly Place[], { triggers }: Workflow): readonly Told[] {
  const own = runsOn.find(({ text }) => text === 'self-hosted');
  const open = triggers.some((each) => each.startsWith('pull_request'));
  if (own === undefined || !open) return [];
  const message =
    'A pull request runs on a machine of your own: in a public repository, anybody can leave something behind on it.';
  return [{ rule: 'own-runner', level: 'warning', message, line: own.line }];
}
