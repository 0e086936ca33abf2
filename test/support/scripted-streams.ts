import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type WebSocket, WebSocketServer } from 'ws';

/** What a script does with one subscription, on either transport. */
export interface ScriptedStream {
  readonly variables: Readonly<Record<string, unknown>>;
  event(id: string, cursor: string, caughtUp?: boolean): void;
  heartbeat(cursor: string): void;
  /** An error as the last result. */
  fail(code: string, details?: Readonly<Record<string, unknown>>): void;
  complete(): void;
  /** Over server-sent events the code is of no importance. */
  close(code: number): void;
}

/** The script of each subscription in turn; those after the last are told nothing. */
export type Script = (stream: ScriptedStream) => void;

/**
 * Speaks the wire of docs/subscriptions.md word for word as a script says, for what a real server does too seldom or must
 * not do at all.
 */
export class ScriptedStreams implements AsyncDisposable {
  readonly subscriptions: Readonly<Record<string, unknown>>[] = [];
  /** The credentials that sockets brought, at `connection_init` and in pings. */
  readonly credentials: unknown[] = [];
  /** Sockets are acknowledged when it resolves. */
  acknowledgedAfter: Promise<unknown> = Promise.resolve();
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  readonly #scripts: Script[];
  #exchanges = 0;

  private constructor(scripts: readonly Script[]) {
    this.#scripts = [...scripts];
    this.#server = createServer((request, response) => void this.#post(request, response));
    this.#sockets = new WebSocketServer({ server: this.#server });
    this.#sockets.on('connection', (socket) => this.#connected(socket));
  }

  static async listen(...scripts: readonly Script[]): Promise<ScriptedStreams> {
    const streams = new ScriptedStreams(scripts);
    const { promise, resolve } = Promise.withResolvers<void>();
    streams.#server.listen(0, '127.0.0.1', resolve);
    await promise;
    return streams;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/graphql`;
  }

  /** The `after` of each subscription so far. */
  get afters(): unknown[] {
    return this.subscriptions.map(({ after }) => after);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }

  #begin(stream: ScriptedStream): void {
    this.subscriptions.push(stream.variables);
    this.#scripts.shift()?.(stream);
  }

  #connected(socket: WebSocket): void {
    const send = (message: object): void => socket.send(JSON.stringify(message));
    socket.on('message', (data) => {
      const { type, id, payload } = JSON.parse((data as Buffer).toString()) as {
        readonly type: string;
        readonly id: string;
        readonly payload?: { readonly variables?: Record<string, unknown>; readonly authorization?: string };
      };
      if (payload?.authorization !== undefined) this.credentials.push(payload.authorization);
      if (type === 'connection_init') void this.acknowledgedAfter.then(() => send({ type: 'connection_ack' }));
      if (type === 'ping') send({ type: 'pong' });
      if (type !== 'subscribe') return;
      this.#begin({
        variables: payload?.variables ?? {},
        event: (...event) => send({ id, type: 'next', payload: eventResult(...event) }),
        heartbeat: (cursor) => send({ type: 'ping', payload: { head: cursor, streams: { [id]: cursor } } }),
        fail: (...failure) => {
          send({ id, type: 'next', payload: failedResult(...failure) });
          send({ id, type: 'complete' });
        },
        complete: () => send({ id, type: 'complete' }),
        close: (code) => socket.close(code),
      });
    });
  }

  async #post(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { query, variables } = JSON.parse(await text(request)) as {
      readonly query: string;
      readonly variables: Record<string, unknown>;
    };
    if (query.startsWith('mutation RefreshSession')) {
      this.#exchanges += 1;
      response.end(JSON.stringify({ data: { refreshSession: exchanged(this.#exchanges) } }));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const next = (result: object): void => void response.write(`event: next\ndata: ${JSON.stringify(result)}\n\n`);
    this.#begin({
      variables,
      event: (...event) => next(eventResult(...event)),
      heartbeat: (cursor) => void response.write(`id: ${cursor}\n\n`),
      fail: (...failure) => {
        next(failedResult(...failure));
        response.end('event: complete\ndata:\n\n');
      },
      complete: () => response.end('event: complete\ndata:\n\n'),
      close: () => response.end(),
    });
  }
}

function eventResult(id: string, cursor: string, caughtUp = true): object {
  const event = { id, cursor, type: 'USER_DELETED', aggregateType: 'User', aggregateId: id, data: {}, metadata: {} };
  return { data: { domainEvents: event }, extensions: { stream: { cursor, head: cursor, caughtUp } } };
}

function failedResult(code: string, details: Readonly<Record<string, unknown>> = {}): object {
  return { errors: [{ message: `It failed with ${code}.`, extensions: { ...details, code, requestId: 'request-1' } }] };
}

/** Tokens without claims, so that the time in the answer counts. */
function exchanged(count: number): object {
  return {
    __typename: 'RefreshSessionPayload',
    accessToken: `access-${count}`,
    refreshToken: `refresh-${count}`,
    accessTokenExpiresAt: new Date(Date.now() + 60_000).toISOString(),
  };
}
