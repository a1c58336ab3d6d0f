/** Traits: what a model's server does not take, learned from its refusals and kept as long as the model is. */

export interface Traits {
  /** The name under which the output limit is sent; newer models take only the second. */
  readonly limit: 'max_tokens' | 'max_completion_tokens';
  readonly temperature: boolean;
  readonly tools: boolean;
}

export const unknownTraits: Traits = { limit: 'max_tokens', temperature: true, tools: true };

/** Servers say it in many words; the field's name must stand beside one of them. */
const unsupported =
  /unsupported|not (?:\w+ )?support|does(?:n't| not) support|no \w+ found that support|unrecogni[sz]ed|unknown|unexpected|not permitted|not allowed|extra (?:inputs|fields)|no longer|deprecated|instead|only the default|invalid (?:field|param)/i;

/** What this refusal teaches, or undefined when it is about something else or was learned before. */
export function learn(traits: Traits, refusal: string): Traits | undefined {
  if (!unsupported.test(refusal)) return undefined;
  if (traits.limit === 'max_tokens' && /\bmax_tokens\b/.test(refusal))
    return { ...traits, limit: 'max_completion_tokens' };
  if (traits.temperature && /\btemperature\b/i.test(refusal))
    return { ...traits, temperature: false };
  if (
    traits.tools &&
    /\b(?:tools?|tool_choice|tool use|functions?|function.calling)\b/i.test(refusal)
  )
    return { ...traits, tools: false };
  return undefined;
}
