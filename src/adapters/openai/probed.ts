/** The endpoint as a probe looks at it: through the same model as the App, with every request counted. */
import { z } from 'zod';
import type { Model } from '#ports/model.ts';
import { openaiModel, type OpenaiOptions } from './model.ts';
import { patientFetch } from './patient-fetch.ts';

const Size = z.int().positive().optional().catch(undefined);

/** Where servers tell it: vLLM, llama.cpp, OpenRouter, and others. */
const Listed = z
  .looseObject({
    id: z.string(),
    max_model_len: Size,
    meta: z.looseObject({ n_ctx: Size }).nullish().catch(undefined),
    context_length: Size,
    context_window: Size,
    max_context_length: Size,
  })
  .transform(({ id, meta, ...sizes }) => ({
    id,
    tokens: [
      sizes.max_model_len,
      meta?.n_ctx,
      sizes.context_length,
      sizes.context_window,
      sizes.max_context_length,
    ].find((size) => size !== undefined),
  }));
const List = z.looseObject({ data: z.array(z.unknown()) });

export interface Probed {
  /** As configured, or under another name. */
  model(name?: string): Model;
  /** How many requests for answers were sent so far. */
  requests(): number;
  /** Tokens that the endpoint's list of models tells for this one; undefined where it does not. Never throws. */
  contextTokens(signal: AbortSignal): Promise<number | undefined>;
}

export function probedEndpoint(options: OpenaiOptions): Probed {
  let requests = 0;
  return {
    model: (name = options.model) =>
      openaiModel({ ...options, model: name, onRequest: () => void (requests += 1) }),
    requests: () => requests,
    contextTokens: (signal) => contextTokens(options, signal),
  };
}

async function contextTokens(
  { baseURL = 'https://api.openai.com/v1', apiKey, model }: OpenaiOptions,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    const headers = { authorization: `Bearer ${apiKey ?? 'none'}` };
    const answer = await patientFetch(`${baseURL}/models`, { headers, signal });
    const { data } = List.parse(await answer.json());
    const listed = data.map((entry) => Listed.safeParse(entry).data);
    return listed.find((entry) => entry?.id === model)?.tokens;
  } catch {
    // Many servers list nothing, and a probe of the answers tells better what is wrong with the rest.
    return undefined;
  }
}
