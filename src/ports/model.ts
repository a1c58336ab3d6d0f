/** Model: messages and tools in; an answer, its usage and its stop reason out. It knows nothing of prompts or files. */

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** The arguments as JSON text, exactly as the model wrote them. */
  readonly arguments: string;
}

export type Message =
  | { readonly role: 'system' | 'user'; readonly content: string }
  | {
      readonly role: 'assistant';
      readonly content: string;
      readonly toolCalls: readonly ToolCall[];
    }
  | { readonly role: 'tool'; readonly callId: string; readonly content: string };

export interface ToolDescription {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments: plain objects, arrays, enums only. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface ModelRequest {
  /** The prompt's id, for routing, logs and recordings. */
  readonly task: string;
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDescription[];
  readonly maxOutputTokens: number;
}

export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
  /** US dollars, or null where the price is unknown. */
  readonly usd: number | null;
  /** Whether the server gave no figures and we counted. */
  readonly estimated: boolean;
}

export interface ModelAnswer {
  /** The model that answered, as the server names it. */
  readonly model: string;
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly stop: 'end' | 'tools' | 'length' | 'refused';
  readonly usage: Usage;
}

export interface Model {
  /** For people: the endpoint's model name, or that it is a replay. */
  readonly name: string;
  /** Throws: unavailable (network, 5xx, nonsense), exhausted (429, with `retryAt`), invalid (4xx, with what to change). */
  complete(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer>;
}
