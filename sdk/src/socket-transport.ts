import { type Client, createClient, MessageType, stringifyMessage } from 'graphql-ws/client';
import type { Credentials } from './credentials.ts';
import { failureOf, type GraphqlErrorShape, SignalboxError } from './errors.ts';
import { readResult, type StreamRequest, type StreamSink, type StreamTransport } from './stream-transport.ts';

const ACK_TIMEOUT_MS = 10_000;
const PING_EVERY_MS = 15_000;
const PONG_TIMEOUT_MS = 10_000;
/** A socket without streams stays open for this long: the next one often follows at once. */
const LINGER_MS = 500;
const FORBIDDEN = 4403;
/** After these the same again would end the same way; docs/subscriptions.md of the server lists them. */
const FINAL_CODES: ReadonlySet<number> = new Set([1003, 1008, 1009, 1011, 4400, 4401, 4406, 4409, 4429]);

export interface SocketOptions {
  /** http(s) or ws(s). */
  readonly url: string;
  readonly webSocket: unknown;
  readonly credentials: Credentials;
}

interface OpenStream {
  readonly sink: StreamSink;
  readonly unsubscribe: () => void;
}

/** Streams on one WebSocket, which is open while there are any; renewed tokens go to it as `ping`. */
export class SocketTransport implements StreamTransport {
  readonly #options: SocketOptions;
  readonly #client: Client;
  readonly #streams = new Map<string, OpenStream>();
  readonly #unlisten: () => void;
  #lastId = 0;
  /** The one the server knows this socket by. */
  #token: string | null = null;
  /** A newer one that came while the socket was being opened. */
  #missed: string | null = null;
  #socket: { send(text: string): void } | null = null;
  #renewal: ReturnType<typeof setTimeout> | undefined;
  #unanswered: ReturnType<typeof setTimeout> | undefined;

  constructor(options: SocketOptions) {
    this.#options = options;
    const { credentials, url, webSocket } = options;
    this.#client = createClient({
      url: url.replace(/^http/, 'ws'),
      webSocketImpl: webSocket,
      connectionParams: async () => {
        this.#missed = null;
        this.#token = await credentials.token();
        return this.#token === null ? {} : { authorization: `Bearer ${this.#token}` };
      },
      connectionAckWaitTimeout: ACK_TIMEOUT_MS,
      keepAlive: PING_EVERY_MS,
      lazyCloseTimeout: LINGER_MS,
      // It would repeat each subscription as it was first made, from its first cursor.
      retryAttempts: 0,
      generateID: () => String(this.#lastId),
      on: {
        connected: (socket) => this.#connected(socket as WebSocket),
        closed: (event) => this.#closed(failureFrom(event)),
        ping: (isReceived, payload) => (isReceived ? this.#heartbeat(payload) : this.#expectPong()),
        pong: (isReceived) => isReceived && clearTimeout(this.#unanswered),
      },
    });
    this.#unlisten = credentials.onRenewed((token) => this.#sendToken(token));
  }

  /** How many are open. */
  get streams(): number {
    return this.#streams.size;
  }

  open({ query, variables }: StreamRequest, sink: StreamSink): () => void {
    const id = String(++this.#lastId);
    const unsubscribe = this.#client.subscribe(
      { query, variables: variables as Record<string, unknown> },
      {
        next: (value) => {
          const result = readResult(value);
          if (result instanceof SignalboxError) this.#end(id, result);
          else this.#streams.get(id)?.sink.result(result);
        },
        error: (error) => this.#end(id, failureFrom(error)),
        complete: () => this.#end(id, null),
      },
    );
    this.#streams.set(id, { sink, unsubscribe });
    return () => this.#remove(id);
  }

  close(): void {
    this.#unlisten();
    for (const id of this.#streams.keys()) this.#remove(id);
    // It fails only when there is no socket to close.
    void Promise.resolve(this.#client.dispose()).catch(() => undefined);
  }

  #remove(id: string): StreamSink | undefined {
    const stream = this.#streams.get(id);
    this.#streams.delete(id);
    stream?.unsubscribe();
    return stream?.sink;
  }

  #end(id: string, error: SignalboxError | null): void {
    this.#remove(id)?.end(error, this.#token);
  }

  #connected(socket: WebSocket): void {
    this.#socket = socket;
    if (this.#missed !== null && this.#missed !== this.#token) this.#sendToken(this.#missed);
    else this.#scheduleRenewal();
  }

  /** The library would reopen the socket after a normal closure, and repeat subscriptions from their first cursor. */
  #closed(failure: SignalboxError): void {
    this.#socket = null;
    clearTimeout(this.#renewal);
    clearTimeout(this.#unanswered);
    for (const id of this.#streams.keys()) this.#end(id, failure);
  }

  #heartbeat(payload: Record<string, unknown> | undefined): void {
    const cursors = payload?.['streams'];
    if (typeof cursors !== 'object' || cursors === null) return;
    for (const [id, cursor] of Object.entries(cursors)) {
      if (typeof cursor === 'string') this.#streams.get(id)?.sink.heartbeat(cursor);
    }
  }

  #expectPong(): void {
    clearTimeout(this.#unanswered);
    this.#unanswered = setTimeout(() => this.#client.terminate(), PONG_TIMEOUT_MS);
  }

  #scheduleRenewal(): void {
    const { renewsAt } = this.#options.credentials;
    clearTimeout(this.#renewal);
    if (renewsAt === null || this.#socket === null) return;
    this.#renewal = setTimeout(() => void this.#renew(renewsAt), Math.max(0, Math.ceil(renewsAt - Date.now())));
  }

  /** When it fails the server closes the socket as the token expires, and the streams come back with whatever there is then. */
  async #renew(due: number): Promise<void> {
    // Timers may be a moment early, by the clock that says whether a token is due.
    if (Date.now() < due) return this.#scheduleRenewal();
    await this.#options.credentials.token().catch(() => undefined);
  }

  #sendToken(token: string): void {
    if (this.#socket === null) {
      this.#missed = token;
      return;
    }
    this.#token = token;
    this.#socket.send(stringifyMessage({ type: MessageType.Ping, payload: { authorization: `Bearer ${token}` } }));
    this.#scheduleRenewal();
  }
}

function failureFrom(error: unknown): SignalboxError {
  if (error instanceof SignalboxError) return error;
  if (Array.isArray(error)) return failureOf(error as readonly GraphqlErrorShape[]);
  if (typeof error !== 'object' || error === null || !('code' in error) || typeof error.code !== 'number') {
    return new SignalboxError('NETWORK_ERROR', 'The socket failed.', { cause: error });
  }
  const { code: closeCode } = error;
  const reason = 'reason' in error && typeof error.reason === 'string' ? error.reason : '';
  const message = `The socket was closed with ${closeCode}${reason === '' ? '' : `, ${reason}`}.`;
  if (closeCode === FORBIDDEN) return new SignalboxError('UNAUTHENTICATED', message, { details: { closeCode } });
  const code = FINAL_CODES.has(closeCode) ? 'CONNECTION_REFUSED' : 'NETWORK_ERROR';
  return new SignalboxError(code, message, { details: { closeCode, reason } });
}
