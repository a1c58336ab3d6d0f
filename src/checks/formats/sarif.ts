/** Reads SARIF 2.1.0. */
import { z } from 'zod';
import type { Level, Said } from '#core/finding.ts';
import { jsonOf } from '#checks/parsers/parser.ts';
import { pathIn, reportOf, type FormatReader } from '#checks/format.ts';

const level = z.enum(['none', 'note', 'warning', 'error']);
const Message = z.object({ text: z.string().optional(), id: z.string().optional() });
const Rule = z.object({
  id: z.string(),
  helpUri: z.string().optional(),
  defaultConfiguration: z.object({ level: level.optional() }).optional(),
  messageStrings: z.record(z.string(), Message).optional(),
});
const Place = z.object({
  physicalLocation: z
    .object({
      artifactLocation: z
        .object({ uri: z.string().optional(), index: z.int().default(-1) })
        .default({ index: -1 }),
      region: z.object({ startLine: z.int().optional(), endLine: z.int().optional() }).optional(),
    })
    .optional(),
});
const Result = z.object({
  ruleId: z.string().optional(),
  ruleIndex: z.int().optional(),
  rule: z.object({ id: z.string().optional(), index: z.int().optional() }).optional(),
  kind: z.string().optional(),
  level: level.optional(),
  message: Message,
  locations: z.array(Place).optional(),
  baselineState: z.string().optional(),
  suppressions: z.array(z.object({ status: z.string().optional() })).optional(),
});
const Run = z.object({
  tool: z.object({ driver: z.object({ rules: z.array(Rule).optional() }) }),
  results: z.array(Result).nullish(),
  artifacts: z
    .array(z.object({ location: z.object({ uri: z.string().optional() }).optional() }))
    .optional(),
  invocations: z.array(z.object({ executionSuccessful: z.boolean() })).optional(),
});
type Run = z.infer<typeof Run>;
type Result = z.infer<typeof Result>;
const Sarif = z.object({ version: z.literal('2.1.0'), runs: z.array(Run) });

export const sarifReport: FormatReader = (text, { root }) => {
  const read = Sarif.safeParse(jsonOf(text.replace(/^\uFEFF/, '')));
  if (!read.success) return undefined;
  const { runs } = read.data;
  const hasFailed = runs.some(({ invocations = [] }) =>
    invocations.some(({ executionSuccessful }) => !executionSuccessful),
  );
  if (hasFailed) return { failed: 'the report says that the tool did not come to a good end' };
  return reportOf(
    runs.flatMap((run) =>
      (run.results ?? []).filter(isTold).map((result) => saidOf(result, run, root)),
    ),
  );
};

/** Neither passed, nor mended, nor silenced by somebody who may do so. */
function isTold({ kind = 'fail', baselineState, suppressions = [] }: Result): boolean {
  const isSilenced = suppressions.some(({ status = 'accepted' }) => status === 'accepted');
  return kind === 'fail' && baselineState !== 'absent' && !isSilenced;
}

function saidOf(result: Result, run: Run, root: string): Said | undefined {
  const { uri, startLine, endLine }: Placed = placeOf(result, run);
  const path = pathIn(uri ?? '', root);
  if (path === undefined) return undefined;
  const rule = ruleOf(result, run);
  return {
    rule: rule.id,
    level: levelIn(result, rule),
    message: messageOf(result, rule),
    path,
    line: startLine ?? null,
    endLine: endLine ?? null,
    help: rule.helpUri ?? null,
  };
}

interface Placed {
  readonly uri?: string | undefined;
  readonly startLine?: number | undefined;
  readonly endLine?: number | undefined;
}

/** The file may be named in place, or by its number among all of them. */
function placeOf({ locations = [] }: Result, { artifacts = [] }: Run): Placed {
  const physical = locations[0]?.physicalLocation;
  if (physical === undefined) return {};
  const { uri, index } = physical.artifactLocation;
  return { ...physical.region, uri: uri ?? artifacts[index]?.location?.uri };
}

/** What the tool says of the rule; only its name where it says nothing. */
function ruleOf(result: Result, { tool }: Run): z.infer<typeof Rule> {
  const { rules = [] } = tool.driver;
  const id = result.ruleId ?? result.rule?.id;
  const numbered = rules[result.ruleIndex ?? result.rule?.index ?? -1];
  const known = numbered ?? rules.find((each) => each.id === id) ?? { id: 'none' };
  return { ...known, id: id ?? known.id };
}

function messageOf({ message }: Result, { messageStrings = {} }: z.infer<typeof Rule>): string {
  return message.text ?? messageStrings[message.id ?? '']?.text ?? '';
}

function levelIn(result: Result, { defaultConfiguration }: z.infer<typeof Rule>): Level {
  const given = result.level ?? defaultConfiguration?.level ?? 'warning';
  return given === 'none' ? 'note' : given;
}
