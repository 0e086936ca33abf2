import { BackOff, type BackOffOptions, pause } from './back-off.ts';
import type { Credentials } from './credentials.ts';
import { isPassing, retryAfterOf, SignalboxError } from './errors.ts';
import { Inbox } from './inbox.ts';
import type { StreamTransport } from './stream-transport.ts';

/** A connection that held for this long was a good one, even if nothing came. */
const STABLE_MS = 10_000;

export type StreamStatus =
  | { readonly state: 'connecting' }
  /** What was recorded before is coming in. */
  | { readonly state: 'replaying' }
  /** Up to date: what comes now is new. */
  | { readonly state: 'live' }
  /** The connection broke, or could not be made; the next try follows after the pause. */
  | { readonly state: 'waiting'; readonly error: SignalboxError; readonly pauseMs: number };

export interface FollowOptions {
  readonly transport: StreamTransport;
  readonly credentials: Credentials;
  readonly query: string;
  /** Asked anew for each connection. */
  readonly variables: () => unknown;
  readonly backOff: BackOffOptions;
  /** Results that may wait to be taken. */
  readonly limit: number;
  readonly signal: AbortSignal;
  readonly onStatus: ((status: StreamStatus) => void) | undefined;
  /** Whether to connect again after a failure that does not pass by itself. May throw what the consumer shall get. */
  readonly recover?: (error: SignalboxError) => Promise<boolean>;
  /** The next connection brings what this one could not hold. */
  readonly isResumable: boolean;
}

export type Followed =
  | { readonly kind: 'result'; readonly data: Readonly<Record<string, unknown>> }
  | { readonly kind: 'heartbeat'; readonly cursor: string };

/**
 * The results of a subscription over as many connections as it takes.
 *
 *   connecting ──▶ replaying ──▶ live ──broken──▶ waiting ──pause──▶ connecting
 *
 * Ends when the server completes the subscription or the signal aborts. @throws SignalboxError for what no new
 * connection can mend.
 */
export async function* follow(options: FollowOptions): AsyncGenerator<Followed, void, undefined> {
  const { signal } = options;
  const connections = new Connections(options);
  while (!signal.aborted) {
    const ending = yield* connections.next();
    if (ending === 'over') return;
    if (ending !== 'full') await pause(await connections.pauseAfter(ending), signal);
  }
}

interface Break {
  readonly error: SignalboxError;
  /** The one that was in use. */
  readonly token: string | null;
}

class Connections {
  readonly #options: FollowOptions;
  readonly #backOff: BackOff;
  #state: StreamStatus['state'] | undefined;
  /** Renewed because the one before was refused, and not tried with success yet. */
  #isTokenNew = false;
  /** Then a limit is one that it met by coming back, while its broken connections still count. */
  #wasLive = false;

  constructor(options: FollowOptions) {
    this.#options = options;
    this.#backOff = new BackOff(options.backOff);
  }

  async *next(): AsyncGenerator<Followed, Break | 'full' | 'over', undefined> {
    const { transport, signal, limit, query, variables, isResumable } = this.#options;
    this.#enter('connecting');
    const startedAt = Date.now();
    const inbox = new Inbox({ limit, signal, onFull: () => stop() });
    const stop = transport.open({ query, variables: variables() }, inbox);
    try {
      for (;;) {
        const arrival = await inbox.take();
        if (arrival === null) return 'over';
        switch (arrival.kind) {
          case 'result':
            this.#heard(arrival.result.isCaughtUp ? 'live' : 'replaying');
            yield { kind: 'result', data: arrival.result.data };
            break;
          case 'heartbeat':
            this.#heard('live');
            yield arrival;
            break;
          case 'overflow':
            if (isResumable) return 'full';
            throw new SignalboxError('SLOW_CONSUMER', `More than ${limit} results were waiting to be taken.`);
          case 'end':
            if (Date.now() - startedAt >= STABLE_MS) this.#backOff.reset();
            return arrival.error === null ? 'over' : { error: arrival.error, token: arrival.token };
        }
      }
    } finally {
      inbox.close();
      stop();
    }
  }

  /** How long to wait before the next connection, in milliseconds. @throws SignalboxError when there shall be none. */
  async pauseAfter({ error, token }: Break): Promise<number> {
    const pauseMs = await this.#pauseFor(error, token);
    this.#state = 'waiting';
    this.#options.onStatus?.({ state: 'waiting', error, pauseMs });
    return pauseMs;
  }

  async #pauseFor(error: SignalboxError, token: string | null): Promise<number> {
    if (error.code === 'UNAUTHENTICATED') {
      if (token === null || this.#isTokenNew) throw error;
      const renewal = await this.#renew(token);
      if (renewal === 'refused') throw error;
      this.#isTokenNew = renewal === 'done';
      return this.#isTokenNew ? 0 : this.#backOff.next();
    }
    this.#isTokenNew = false;
    const isCrowded = error.code === 'RATE_LIMITED' && this.#wasLive;
    const comesBack: boolean = isPassing(error) || isCrowded || ((await this.#options.recover?.(error)) ?? false);
    if (!comesBack) throw error;
    return Math.max(this.#backOff.next(), retryAfterOf(error) ?? 0);
  }

  async #renew(token: string): Promise<'done' | 'refused' | 'unreachable'> {
    try {
      return (await this.#options.credentials.renew(token)) === null ? 'refused' : 'done';
    } catch (error) {
      if (isPassing(error)) return 'unreachable';
      throw error;
    }
  }

  #heard(state: 'replaying' | 'live'): void {
    this.#isTokenNew = false;
    this.#wasLive = true;
    this.#backOff.reset();
    // Further results of a stream that was live once are new, however many come at a time.
    if (this.#state !== 'live') this.#enter(state);
  }

  #enter(state: 'connecting' | 'replaying' | 'live'): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.onStatus?.({ state });
  }
}
