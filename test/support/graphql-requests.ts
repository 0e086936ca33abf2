import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { lookForOthers, type Reader } from './look-for-others.ts';
import { waitFor } from './wait-for.ts';

export interface ShownError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly requestId: string } & Record<string, unknown>;
}

export interface ShownResult {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly ShownError[];
  readonly extensions?: Record<string, unknown>;
}

export interface GraphqlRequest {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ShownResult;
}

type Url = { readonly url: string };

export async function post(
  { url }: Url,
  request: GraphqlRequest | string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<HttpAnswer> {
  const isRaw = typeof request === 'string' || request instanceof Uint8Array;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: isRaw ? request : JSON.stringify(request),
  });
  const text = await response.text();
  const asked = typeof request === 'string' ? request : JSON.stringify(request);
  lookForOthers('answer', text, { token: headers['authorization'] ?? null, asked });
  return { status: response.status, headers: response.headers, body: JSON.parse(text) as ShownResult };
}

/** An event stream while it runs: `text` grows as the server writes. */
export class OpenStream implements AsyncDisposable {
  readonly status: number;
  readonly headers: Headers;
  text = '';
  /** `true` once the server has ended the stream. */
  ended = false;
  readonly #abort: AbortController;

  private constructor(response: Response, abort: AbortController, reader: Reader) {
    this.status = response.status;
    this.headers = response.headers;
    this.#abort = abort;
    void this.#read(response, reader);
  }

  static async open({ url }: Url, request: GraphqlRequest, headers: Record<string, string> = {}): Promise<OpenStream> {
    const abort = new AbortController();
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
      body: JSON.stringify(request),
      signal: abort.signal,
    });
    const asked = { token: headers['authorization'] ?? null, asked: JSON.stringify(request) };
    return new OpenStream(response, abort, asked);
  }

  /** What arrived so far; a request that was refused as such is answered by JSON instead of events. */
  get results(): ShownResult[] {
    if (this.headers.get('content-type') !== 'text/event-stream') return [JSON.parse(this.text) as ShownResult];
    const lines = this.text.split('\n').filter((line) => line.startsWith('data: '));
    return lines.map((line) => JSON.parse(line.slice('data: '.length)) as ShownResult);
  }

  get isComplete(): boolean {
    return this.text.includes('event: complete\n');
  }

  async untilEnded(): Promise<ShownResult[]> {
    await waitFor(() => this.ended, { describe: 'the end of the event stream' });
    return this.results;
  }

  leave(): void {
    this.#abort.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.leave();
  }

  async #read(response: Response, reader: Reader): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body ?? []) this.text += decoder.decode(chunk, { stream: true });
    } catch (error) {
      if (!this.#abort.signal.aborted) this.text += `\nbroken: ${String(error)}`;
    }
    lookForOthers('frame', this.text, reader);
    this.ended = true;
  }
}

async function stream(at: Url, request: GraphqlRequest, headers: Record<string, string> = {}): Promise<ShownResult[]> {
  await using open = await OpenStream.open(at, request, headers);
  return await open.untilEnded();
}

interface SocketMessage {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A client that speaks `graphql-transport-ws` by hand, so that it can also speak it wrongly. */
export class TestSocket implements AsyncDisposable {
  readonly socket: WebSocket;
  readonly messages: SocketMessage[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;
  #token: string | null = null;
  #asked = '';

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => {
      const text = data.toString();
      lookForOthers('frame', text, { token: this.#token, asked: this.#asked });
      this.messages.push(JSON.parse(text) as SocketMessage);
    });
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
    socket.on('error', () => undefined);
  }

  /** Opens a socket without `connection_init`. Rejects when the handshake is refused. */
  static async open({ url }: Url, options: { origin?: string; autoPong?: boolean } = {}): Promise<TestSocket> {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws', options);
    const client = new TestSocket(socket);
    await once(socket, 'open');
    return client;
  }

  static async connect(at: Url, payload?: Record<string, unknown>): Promise<TestSocket> {
    const client = await TestSocket.open(at);
    client.send({ type: 'connection_init', ...(payload === undefined ? {} : { payload }) });
    await client.message('connection_ack');
    return client;
  }

  send(message: Record<string, unknown>): void {
    const text = JSON.stringify(message);
    const { authorization } = (message['payload'] ?? {}) as { readonly authorization?: string };
    if (message['type'] === 'connection_init') this.#token = authorization ?? null;
    else this.#asked += text;
    this.socket.send(text);
  }

  subscribe(id: string, payload: GraphqlRequest & { extensions?: Record<string, unknown> }): void {
    this.send({ type: 'subscribe', id, payload });
  }

  of(id: string): SocketMessage[] {
    return this.messages.filter((message) => message.id === id);
  }

  async message(type: string, id?: string): Promise<SocketMessage> {
    const find = (): SocketMessage | undefined =>
      this.messages.find((message) => message.type === type && (id === undefined || message.id === id));
    return await waitFor(find, { describe: `the message "${type}"` });
  }

  async untilClosed(): Promise<{ code: number; reason: string }> {
    return await waitFor(() => this.closed, { describe: 'the end of the socket' });
  }

  /** All results of one operation, errors that came instead of any included. */
  async run(
    request: GraphqlRequest & { extensions?: Record<string, unknown> },
    id = crypto.randomUUID(),
  ): Promise<ShownResult[]> {
    this.subscribe(id, request);
    const isOver = (): boolean => this.of(id).some(({ type }) => type === 'complete' || type === 'error');
    await waitFor(isOver, { describe: 'the end of the operation' });
    return this.of(id).flatMap(({ type, payload }) => {
      if (type === 'error') return [{ errors: payload as ShownError[] }];
      return type === 'next' ? [payload as ShownResult] : [];
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.terminate();
  }
}

/** Writes bytes to the port and reads until the server closes: for requests that no HTTP client would send. */
export async function rawHttp(port: number, request: string | Uint8Array): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'connect');
  socket.write(request);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

export function statusOf(rawAnswer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(rawAnswer)?.[1]);
}

export function bodyOf(rawAnswer: string): ShownResult {
  return JSON.parse(rawAnswer.slice(rawAnswer.indexOf('\r\n\r\n') + 4)) as ShownResult;
}

/** The one way to ask the same of all three transports and compare. */
export const TRANSPORTS: readonly {
  readonly name: 'http' | 'sse' | 'websocket';
  readonly run: (at: Url, request: GraphqlRequest, authorization?: string) => Promise<ShownResult[]>;
}[] = [
  {
    name: 'http',
    run: async (at, request, authorization) => [
      (await post(at, request, authorization === undefined ? {} : { authorization })).body,
    ],
  },
  {
    name: 'sse',
    run: (at, request, authorization) => stream(at, request, authorization === undefined ? {} : { authorization }),
  },
  {
    name: 'websocket',
    run: async (at, request, authorization) => {
      await using socket = await TestSocket.connect(at, authorization === undefined ? undefined : { authorization });
      return await socket.run(request);
    },
  },
];
