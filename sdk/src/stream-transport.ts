import { failureOf, type GraphqlErrorShape, type SignalboxError } from './errors.ts';

/** One result of a subscription that carries data. */
export interface StreamResult {
  readonly data: Readonly<Record<string, unknown>>;
  /** `extensions.stream.caughtUp` of a stream of events: false while it is still told what was before. */
  readonly isCaughtUp: boolean;
}

export interface StreamSink {
  result(result: StreamResult): void;
  /** Whatever matches up to this cursor has been sent. */
  heartbeat(cursor: string): void;
  /**
   * Nothing will follow. `error` is null when the server said so, else what broke it off; `token` is the one that the
   * stream was running with.
   */
  end(error: SignalboxError | null, token: string | null): void;
}

export interface StreamRequest {
  readonly query: string;
  readonly variables: unknown;
}

/** Carries subscriptions, each until it breaks: coming back is not its business. */
export interface StreamTransport {
  /** Never throws; gives back how to stop, after which the sink hears nothing more. */
  open(request: StreamRequest, sink: StreamSink): () => void;
  close(): void;
}

/** A result as it comes over the wire, or the failure that it reports. */
export function readResult(value: unknown): StreamResult | SignalboxError {
  const { data, errors, extensions } = value as {
    readonly data?: Readonly<Record<string, unknown>> | null;
    readonly errors?: readonly GraphqlErrorShape[];
    readonly extensions?: { readonly stream?: { readonly caughtUp?: boolean } };
  };
  if (errors || !data) return failureOf(errors ?? []);
  return { data, isCaughtUp: extensions?.stream?.caughtUp !== false };
}
