/** Tool call: what a model asked for, read by the tool's schema, run in the workspace, and cut to a size that it can read. */
import { z } from 'zod';
import { SluiceError } from '#core/errors.ts';
import type { ToolCall, ToolDescription } from '#ports/model.ts';
import type { Workspace } from '#ports/sandbox.ts';
import type { Tool } from './tool.ts';
import { seen } from './visible.ts';

/** About 12,000 tokens of code at 3.6 characters each. */
const resultCharacters = 43_200;

export interface ToolResult {
  /** The text that the model reads. */
  readonly content: string;
  /** Whether the call itself was wrong: no such tool, or arguments that its schema refuses. */
  readonly mistake: boolean;
}

/** The tool as the model's server is told: only keywords of JSON Schema that every server takes. */
export function describeTool(tool: Tool): ToolDescription {
  const schema = z.toJSONSchema(tool.input, { io: 'input' });
  return { name: tool.name, description: tool.description, parameters: plain(schema) };
}

/** Strict servers refuse a schema for its range, pattern or format; the tool's own schema checks them after all. */
const taken = new Set([
  'type',
  'properties',
  'required',
  'items',
  'enum',
  'const',
  'anyOf',
  'description',
  'additionalProperties',
]);

function plain(schema: object): Record<string, unknown> {
  const kept = Object.entries(schema).filter(([keyword]) => taken.has(keyword));
  return Object.fromEntries(
    kept.map(([keyword, value]: [string, unknown]) => [keyword, plainValue(keyword, value)]),
  );
}

function plainValue(keyword: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (keyword === 'anyOf' && Array.isArray(value))
    return value.map((each: unknown) => plainValue('items', each));
  if (Array.isArray(value)) return value;
  // Below `properties` the keys are names of our own.
  if (keyword === 'properties')
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, plainValue('items', each)]),
    );
  return plain(value);
}

/** Runs one call. Mistakes, and what a tool throws as unusable, become the result; anything else is thrown on. */
export async function runTool(
  call: ToolCall,
  tools: readonly Tool[],
  workspace: Workspace | undefined,
): Promise<ToolResult> {
  const tool = tools.find(({ name }) => name === call.name);
  if (tool === undefined || workspace === undefined) {
    const names = tools.map(({ name }) => name).join(', ') || 'none';
    return { content: `There is no tool "${call.name}". Tools: ${names}.`, mistake: true };
  }
  const input = tool.input.safeParse(jsonOf(call.arguments));
  if (!input.success)
    return {
      content: `The arguments of ${tool.name} cannot be read:\n${z.prettifyError(input.error)}`,
      mistake: true,
    };
  try {
    const text = await tool.run(input.data, workspace);
    return { content: cutMiddle(seen(text).text), mistake: false };
  } catch (error) {
    if (!(error instanceof SluiceError) || error.kind !== 'unusable') throw error;
    return { content: cutMiddle(seen(error.message).text), mistake: false };
  }
}

/** Arguments as a value: none is an empty object; text that is not JSON is left for the schema to refuse. */
function jsonOf(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the schema names the kind that it wants.
    return text;
  }
}

/** Keeps the beginning and the end, cut at line ends where there are any. */
export function cutMiddle(text: string, most = resultCharacters): string {
  if (text.length <= most) return text;
  const [head, tail] = [text.slice(0, most / 2), text.slice(text.length - most / 2)];
  const headEnd = head.lastIndexOf('\n') + 1 || head.length;
  const tailStart = tail.indexOf('\n') + 1;
  const left = text.length - headEnd - (tail.length - tailStart);
  const start = head.slice(0, headEnd).replace(/\n$/, '').toWellFormed();
  return `${start}\n[${left} characters left out here]\n${tail.slice(tailStart).toWellFormed()}`;
}
