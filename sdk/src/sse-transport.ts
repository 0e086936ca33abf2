import type { Credentials } from './credentials.ts';
import { SignalboxError } from './errors.ts';
import { readAnswer } from './post.ts';
import { readResult, type StreamRequest, type StreamSink, type StreamTransport } from './stream-transport.ts';

/** The server sends something every 15 seconds; it can be told to be slower, but no slower than every minute. */
const SILENCE_MS = 90_000;

export interface SseOptions {
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly headers: Readonly<Record<string, string>>;
  readonly credentials: Credentials;
}

/** Each stream on a request of its own, as server-sent events: for where WebSockets do not get through. */
export class SseTransport implements StreamTransport {
  readonly #options: SseOptions;
  readonly #stops = new Set<() => void>();

  constructor(options: SseOptions) {
    this.#options = options;
  }

  open(request: StreamRequest, sink: StreamSink): () => void {
    const running = new AbortController();
    const stop = (): void => {
      this.#stops.delete(stop);
      running.abort();
    };
    this.#stops.add(stop);
    void this.#run(request, sink, running).then(({ error, token }) => {
      if (this.#stops.delete(stop)) sink.end(error, token);
    });
    return stop;
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }

  /** What ended it, and the token it ran with. */
  async #run(
    request: StreamRequest,
    sink: StreamSink,
    running: AbortController,
  ): Promise<{ error: SignalboxError | null; token: string | null }> {
    const watch = new SilenceWatch(running);
    let token: string | null = null;
    try {
      token = await this.#options.credentials.token();
      const response = await this.#request(request, token, running.signal);
      return { error: await readStream(response, sink, watch), token };
    } catch (error) {
      return { error: failureFrom(error, running.signal), token };
    } finally {
      watch.end();
    }
  }

  async #request(request: StreamRequest, token: string | null, signal: AbortSignal): Promise<Response> {
    const { url, fetch, headers } = this.#options;
    return fetch(url, {
      method: 'POST',
      headers: {
        ...headers,
        'content-type': 'application/json',
        accept: 'text/event-stream',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(request),
      signal,
    });
  }
}

function failureFrom(error: unknown, signal: AbortSignal): SignalboxError {
  if (error instanceof SignalboxError) return error;
  const reason: unknown = signal.reason;
  if (reason instanceof SignalboxError) return reason;
  return new SignalboxError('NETWORK_ERROR', 'The connection to the server failed.', { cause: error });
}

/** Breaks off a connection that nothing comes through any more. */
class SilenceWatch {
  readonly #running: AbortController;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(running: AbortController) {
    this.#running = running;
    this.heard();
  }

  heard(): void {
    clearTimeout(this.#timer);
    const giveUp = (): void =>
      this.#running.abort(new SignalboxError('TIMEOUT', `Nothing was heard for ${SILENCE_MS} ms.`));
    this.#timer = setTimeout(giveUp, SILENCE_MS);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

/** Null when the server said that it is over. */
async function readStream(response: Response, sink: StreamSink, watch: SilenceWatch): Promise<SignalboxError | null> {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (!isStream || !response.body) {
    readAnswer(response, await response.text());
    return new SignalboxError('BAD_ANSWER', 'The server answered without a stream of events.');
  }
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new SignalboxError('NETWORK_ERROR', 'The stream was broken off.');
    watch.heard();
    text += decoder.decode(value, { stream: true });
    const blocks = text.split(/\r?\n\r?\n/);
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const ending = handleBlock(parseBlock(block), sink);
      if (ending !== undefined) return ending;
    }
  }
}

/** Undefined while the stream goes on. */
function handleBlock({ event, data, id }: Block, sink: StreamSink): SignalboxError | null | undefined {
  if (event === 'complete') return null;
  if (event === 'next' && data !== undefined) {
    const result = readResult(JSON.parse(data));
    if (result instanceof SignalboxError) return result;
    sink.result(result);
  } else if (id !== undefined && data === undefined) {
    sink.heartbeat(id);
  }
  return undefined;
}

type Block = Readonly<Partial<Record<string, string>>>;

function parseBlock(block: string): Block {
  const fields: Record<string, string> = {};
  for (const line of block.split(/\r?\n/)) {
    const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    fields[name] = name === 'data' && fields[name] !== undefined ? `${fields[name]}\n${value}` : value;
  }
  return fields;
}
