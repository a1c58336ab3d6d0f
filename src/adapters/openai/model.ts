/** Model on any OpenAI-compatible endpoint, through chat completions: what nearly all servers offer. */
import OpenAI from 'openai';
import { errors } from '#core/errors.ts';
import type { Model, ModelAnswer, ModelRequest } from '#ports/model.ts';
import type { Log } from '#ports/telemetry.ts';
import { estimateInput, readAnswer, type Price } from './answer.ts';
import { failureOf, translate, type Endpoint, type Failure } from './errors.ts';
import { patientFetch } from './patient-fetch.ts';
import { bodyOf } from './request.ts';
import { learn, unknownTraits } from './traits.ts';

export interface OpenaiOptions {
  readonly baseURL?: string | undefined;
  /** Local servers take none. */
  readonly apiKey: string | undefined;
  readonly model: string;
  /** Unknown: costs are null. */
  readonly price?: Price | undefined;
  /** What the model reads and writes at most, in tokens; longer requests are not sent, as some servers cut them silently. */
  readonly contextTokens?: number | undefined;
  /** For a whole answer, in milliseconds: 10 minutes unless told. */
  readonly timeout?: number | undefined;
  readonly log: Log;
  readonly now?: () => Date;
  /** Is told of every request that is sent. */
  readonly onRequest?: () => void;
}

/** Each refusal teaches one trait, and there are three. */
const attempts = 4;

export function openaiModel(options: OpenaiOptions): Model {
  const endpoint: Endpoint = {
    model: options.model,
    baseURL: options.baseURL ?? 'https://api.openai.com/v1',
    apiKey: options.apiKey ?? 'none',
    timeout: options.timeout ?? 600_000,
    now: options.now ?? (() => new Date()),
  };
  const client = clientOf(endpoint);
  const onRequest = options.onRequest ?? (() => undefined);
  let traits = unknownTraits;

  async function attempt(
    request: ModelRequest,
    signal: AbortSignal,
  ): Promise<ModelAnswer | Failure> {
    try {
      onRequest();
      const body: unknown = await client.chat.completions.create(
        bodyOf(options.model, request, traits),
        { signal },
      );
      const read = readAnswer(body, request, { model: options.model, price: options.price });
      if ('answer' in read) return read.answer;
      return { status: read.status, reason: read.problem };
    } catch (error) {
      signal.throwIfAborted();
      return failureOf(error, endpoint);
    }
  }

  return {
    name: options.model,
    async complete(request, signal) {
      refuseTooLong(request, options);
      for (let left = attempts - 1; ; left -= 1) {
        const answer = await attempt(request, signal);
        if ('usage' in answer) {
          warnIfCut(request, answer, options.log);
          return answer;
        }
        const learned = teaches(answer) && left > 0 ? learn(traits, answer.reason) : undefined;
        if (learned === undefined) throw translate(answer, endpoint);
        options.log.info(
          { model: options.model, traits: learned },
          'model server takes less than asked',
        );
        traits = learned;
      }
    },
  };
}

function clientOf({ baseURL, apiKey, timeout }: Endpoint): OpenAI {
  return new OpenAI({
    baseURL,
    apiKey,
    timeout,
    // The engine retries, and honours what the server says about when.
    maxRetries: 0,
    fetch: patientFetch,
    // The SDK would read these from the environment, and print to the console.
    organization: null,
    project: null,
    adminAPIKey: null,
    webhookSecret: null,
    logLevel: 'off',
  });
}

function teaches({ status }: Failure): boolean {
  return status === 400 || status === 404 || status === 422;
}

function refuseTooLong(request: ModelRequest, { model, contextTokens }: OpenaiOptions): void {
  const needed = estimateInput(request) + request.maxOutputTokens;
  if (contextTokens !== undefined && needed > contextTokens)
    throw errors.modelRejected(
      `"${request.task}" needs about ${needed} tokens, ${model} has ${contextTokens}.`,
      'Choose a model that reads more, or correct SLUICE_MODEL_CONTEXT.',
    );
}

/** Some servers drop the beginning of a long request without a word; only their count shows it. */
function warnIfCut(request: ModelRequest, { usage }: ModelAnswer, log: Log): void {
  const expected = estimateInput(request);
  if (!usage.estimated && expected > 4_000 && usage.inputTokens < expected / 2)
    log.warn({ expected, counted: usage.inputTokens }, 'model server read less than was sent');
}
