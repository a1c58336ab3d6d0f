/** Workflows: actions that can change under one's feet, scripts that strangers can write into, and tokens that may too much. */
import type { Said } from '#core/finding.ts';
import type { Check, Unread } from '#checks/check.ts';
import { isWorkflowOrAction } from '#checks/workflow-files.ts';
import { workflowFindings } from '#checks/workflows/rules.ts';
import { readWorkflow } from '#checks/workflows/workflow.ts';

export const workflows: Check = {
  name: 'workflows',
  about: 'Workflows and actions give strangers no way in, and no more than they need.',
  needs: [],
  scope: 'file',
  trusted: true,
  wants: { test: isWorkflowOrAction },
  isFitting: ({ paths }) => Promise.resolve(paths.some(isWorkflowOrAction)),
  async look({ targets, files }) {
    const said: Said[] = [];
    const unread: Unread[] = [];
    for (const { path } of targets) {
      const text = (await files.read(path)) ?? '';
      const workflow = readWorkflow(text);
      if (workflow === undefined) unread.push({ path, reason: 'it is no YAML that can be read' });
      else said.push(...workflowFindings(workflow, text).map((each) => ({ ...each, path })));
    }
    return { said, unread };
  },
};
