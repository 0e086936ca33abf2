import { abortable } from './abortable.ts';
import { BackOff, pause } from './back-off.ts';
import type { Credentials } from './credentials.ts';
import { recognizeEvents } from './domain-event.ts';
import { isPassing, retryAfterOf, SignalboxError } from './errors.ts';
import { LinkedSignal } from './linked-signal.ts';
import { post } from './post.ts';

/** The server itself answers within ten seconds, or says that it will not. */
const ANSWER_TIMEOUT_MS = 12_000;
/** Who asked is told rather than kept waiting for longer. */
const LONGEST_PAUSE_MS = 5_000;

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** Longest wait for one answer, in milliseconds; 12,000. Each repetition has as long. */
  readonly timeoutMs?: number | undefined;
}

export interface RequestsOptions {
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly headers: Readonly<Record<string, string>>;
  readonly credentials: Credentials;
  /** Repetitions of a request whose answer did not come. */
  readonly retries: number;
  /** Aborts what is under way when the client closes. */
  readonly signal: AbortSignal;
}

type Variables = Readonly<Record<string, unknown>>;

/**
 * Operations over HTTP. One whose answer was lost is repeated where that cannot do it twice: a query, or a mutation under
 * an idempotency key, which it gets if it can have one. A refused token is renewed, once.
 */
export class Requests {
  readonly #options: RequestsOptions;

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  /** The data of the answer. @throws SignalboxError, or the signal's reason. */
  async send(query: string, given: Variables, options: RequestOptions = {}): Promise<unknown> {
    const linked = new LinkedSignal(this.#options.signal, options.signal);
    try {
      const data = await this.#sendRepeatedly(
        query,
        withIdempotencyKey(query, given),
        linked.signal,
        options.timeoutMs,
      );
      return query.includes('...DomainEvent') ? recognizeEvents(data) : data;
    } finally {
      linked.release();
    }
  }

  async #sendRepeatedly(
    query: string,
    variables: Variables,
    signal: AbortSignal,
    timeoutMs = ANSWER_TIMEOUT_MS,
  ): Promise<unknown> {
    const backOff = new BackOff({ baseMs: 250, maxMs: 4_000 });
    let repetitions = isRepeatable(query, variables) ? this.#options.retries : 0;
    for (;;) {
      try {
        return await this.#sendRenewed(query, variables, signal, timeoutMs);
      } catch (error) {
        if (repetitions === 0 || !isPassing(error)) throw error;
        const pauseMs = Math.max(backOff.next(), retryAfterOf(error) ?? 0);
        if (pauseMs > LONGEST_PAUSE_MS) throw error;
        repetitions -= 1;
        await pause(pauseMs, signal);
      }
    }
  }

  async #sendRenewed(query: string, variables: Variables, signal: AbortSignal, timeoutMs: number): Promise<unknown> {
    const { credentials } = this.#options;
    const token = await abortable(credentials.token(), signal);
    try {
      return await this.#post(query, variables, token, signal, timeoutMs);
    } catch (error) {
      if (token === null || !(error instanceof SignalboxError) || error.code !== 'UNAUTHENTICATED') throw error;
      const renewed = await abortable(credentials.renew(token), signal);
      if (renewed === null) throw error;
      return await this.#post(query, variables, renewed, signal, timeoutMs);
    }
  }

  async #post(
    query: string,
    variables: Variables,
    token: string | null,
    signal: AbortSignal,
    timeoutMs: number,
  ): Promise<unknown> {
    const { url, fetch, headers } = this.#options;
    const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
    return post(query, variables, { url, fetch, headers: { ...headers, ...authorization }, signal, timeoutMs });
  }
}

function isRepeatable(query: string, variables: Variables): boolean {
  return !query.trimStart().startsWith('mutation') || variables['idempotencyKey'] != null;
}

function withIdempotencyKey(query: string, variables: Variables): Variables {
  if (variables['idempotencyKey'] != null || !/\$idempotencyKey\b/.test(query)) return variables;
  return { ...variables, idempotencyKey: randomKey() };
}

/** crypto.randomUUID is missing on pages without TLS. */
function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
