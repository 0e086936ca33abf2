import { Cluster } from 'ioredis';
import type { Logger } from 'pino';
import { Pulse } from './pulse.ts';
import type { RedisClient } from './redis-connection.ts';

/** After Redis refused to let this process listen, which it may be told to allow. */
const ASK_AGAIN_MS = 2_000;

interface HintSubscriptionOptions {
  readonly subscriber: RedisClient;
  readonly channel: string;
  /** Messages arrive from here on; they may have been missed before. */
  readonly onListening: () => void;
  readonly onCut: () => void;
  readonly logger: Logger;
}

/**
 * Has Redis send the messages of one channel over every connection that there will be.
 *
 * The library would subscribe again by itself, but does not look at the answer: a refusal is an error that nobody
 * handles, which ends the process. It also calls a connection ready before Redis listens to it, and a message in between
 * is missed without a trace. A cluster's client does look, and knows which node has the channel; it is asked once.
 */
export class HintSubscription implements Disposable {
  readonly #options: HintSubscriptionOptions;
  #isAnswered = false;
  /** A cluster is ready while the one connection that matters here is not. */
  #isNodeGone = false;
  #isRefused = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #pulse: Pulse;

  constructor(options: HintSubscriptionOptions) {
    const { subscriber, onListening, onCut } = options;
    this.#options = options;
    this.#pulse = new Pulse({ ask: () => this.#askForLife(), onSilence: onCut, onAnswer: onListening });
    subscriber.on('ready', () => void this.#ask());
    subscriber.on('close', () => {
      if (!(subscriber instanceof Cluster)) this.#isAnswered = false;
      onCut();
    });
    if (!(subscriber instanceof Cluster)) return;
    subscriber.on('-subscriber', () => {
      this.#isNodeGone = true;
      onCut();
    });
    subscriber.on('subscribersReady', () => {
      this.#isNodeGone = false;
      onListening();
    });
  }

  get isListening(): boolean {
    const { subscriber } = this.#options;
    return this.#isAnswered && !this.#isNodeGone && !this.#pulse.isSilent && subscriber.status === 'ready';
  }

  /** Says nothing any more; the connection stays its owner's. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#pulse[Symbol.dispose]();
  }

  /**
   * Over the connection that brings the messages. A cluster's client does not say which one that is, but sends there what
   * concerns channels of the same slot, to which a name in braces belongs; nobody subscribes to this one.
   */
  #askForLife(): Promise<unknown> | null {
    const { subscriber, channel } = this.#options;
    if (!this.#isAnswered || subscriber.status !== 'ready') return null;
    return subscriber instanceof Cluster ? subscriber.sunsubscribe(`{${channel}}:pulse`) : subscriber.ping();
  }

  async #ask(): Promise<void> {
    const { subscriber, channel, onListening } = this.#options;
    clearTimeout(this.#timer);
    try {
      if (!(subscriber instanceof Cluster)) await subscriber.subscribe(channel);
      else if (!this.#isAnswered) await subscriber.ssubscribe(channel);
      this.#isAnswered = true;
      this.#isRefused = false;
      onListening();
    } catch (error) {
      if (!this.#isClosed) this.#refused(error);
    }
  }

  #refused(error: unknown): void {
    const { subscriber, channel, logger } = this.#options;
    if (!this.#isRefused) logger.error({ err: error, channel }, 'Could not subscribe to hints; polling instead');
    this.#isRefused = true;
    // A connection that is gone asks by itself when it is back.
    this.#timer = setTimeout(() => void (subscriber.status === 'ready' && this.#ask()), ASK_AGAIN_MS).unref();
  }
}
