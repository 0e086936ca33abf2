import type { ClientOptions, EventStreamOptions, StreamOptions } from './client.ts';
import { type Credentials, tokensFrom } from './credentials.ts';
import { SignalboxError } from './errors.ts';
import type { EventStreamSpec } from './event-stream.ts';
import { follow, type FollowOptions } from './follow.ts';
import type { DomainEventFilter } from './operations.generated.ts';
import { operations } from './operations.generated.ts';
import { refreshTokens } from './refresh-tokens.ts';
import { Requests } from './requests.ts';
import { Session } from './session.ts';
import { SocketPool } from './socket-pool.ts';
import { SseTransport } from './sse-transport.ts';
import type { StreamRequest, StreamTransport } from './stream-transport.ts';
import { memoryStore } from './value-store.ts';

const RETRIES = 3;
const RECONNECT = { baseMs: 250, maxMs: 15_000 };
const BUFFER_SIZE = 500;

/** With the signal that ends it, however that comes. */
type RunningStream = StreamOptions & { readonly signal: AbortSignal };

/** What the methods of one client share: its tokens, its requests, and the transport of its streams. */
export class Connection {
  readonly session: Session;
  readonly requests: Requests;
  readonly #options: ClientOptions;
  readonly #url: string;
  readonly #fetch: typeof fetch;
  readonly #credentials: Credentials;
  readonly #closing = new AbortController();
  #streams: StreamTransport | undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#url = new URL(options.url, globalThis.location?.href).href;
    // A browser's own fetch refuses to be called as a method of something else.
    this.#fetch = options.fetch ?? ((...args) => fetch(...args));
    const wire = {
      url: this.#url,
      fetch: this.#fetch,
      headers: options.headers ?? {},
      signal: this.#closing.signal,
    };
    this.session = new Session({
      store: options.tokenStore ?? memoryStore(),
      refresh: (refreshToken) => refreshTokens(refreshToken, wire),
      onSignedOut: () => options.onSignedOut?.(),
    });
    this.#credentials = options.accessToken ? tokensFrom(options.accessToken) : this.session;
    this.requests = new Requests({ ...wire, credentials: this.#credentials, retries: options.retries ?? RETRIES });
  }

  /** What `pick` takes of the data of each result of a subscription that cannot say where it was. */
  async *results(
    { query, variables }: StreamRequest,
    options: RunningStream,
    pick: (data: unknown) => unknown,
  ): AsyncGenerator<unknown, void, undefined> {
    const steps = follow({ ...this.#following(query, options), variables: () => variables, isResumable: false });
    for await (const step of steps) if (step.kind === 'result') yield pick(step.data);
  }

  eventStream(
    filter: DomainEventFilter | null,
    after: string | null,
    options: EventStreamOptions & RunningStream,
  ): EventStreamSpec {
    return {
      filter,
      after,
      store: options.store,
      onCursorError: options.onCursorError ?? 'throw',
      follow: this.#following(String(operations.subscription.domainEvents), options),
    };
  }

  /** Aborts when the client closes. */
  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  close(): void {
    this.#closing.abort(new SignalboxError('CLIENT_CLOSED', 'The client was closed.'));
    this.#streams?.close();
  }

  #following(
    query: string,
    { signal, ...options }: RunningStream,
  ): Omit<FollowOptions, 'variables' | 'recover' | 'isResumable'> {
    return {
      transport: (this.#streams ??= this.#makeTransport()),
      credentials: this.#credentials,
      query,
      backOff: this.#options.reconnect ?? RECONNECT,
      limit: options.bufferSize ?? BUFFER_SIZE,
      signal,
      onStatus: options.onStatus,
    };
  }

  #makeTransport(): StreamTransport {
    const { webSocket = globalThis.WebSocket, streams, headers = {} } = this.#options;
    const connection = { url: this.#url, credentials: this.#credentials };
    return streams === 'sse' || (streams === undefined && webSocket === undefined)
      ? new SseTransport({ ...connection, fetch: this.#fetch, headers })
      : new SocketPool({ ...connection, webSocket });
  }
}
