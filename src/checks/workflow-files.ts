/** Workflow files: where GitHub looks for workflows and for actions. */

const workflow = /^\.github\/workflows\/[^/]+\.ya?ml$/;
const action = /(?:^|\/)action\.ya?ml$/;

export function isWorkflow(path: string): boolean {
  return workflow.test(path);
}

export function isWorkflowOrAction(path: string): boolean {
  return workflow.test(path) || action.test(path);
}
