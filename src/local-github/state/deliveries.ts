/** What is kept of each webhook that was sent. */

/** One try to deliver a webhook. A redelivery is an entry of its own with the same guid. */
export interface Delivery {
  readonly id: number;
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly deliveredAt: string;
  readonly redelivery: boolean;
  readonly url: string;
  readonly installation: number | null;
  readonly repository: number | null;
  readonly request: {
    readonly headers: Readonly<Record<string, string>>;
    readonly payload: Readonly<Record<string, unknown>>;
  };
  /** `OK`, or why it failed; empty while it is under way. */
  status: string;
  /** 0 when no answer came. */
  statusCode: number;
  /** Seconds. */
  duration: number;
  response: { readonly headers: Readonly<Record<string, string>>; readonly payload: string } | null;
}
