import type { ExecutionResult, GraphQLError } from 'graphql';

export interface SubscriptionFailure {
  /** What the client is told. */
  readonly errors: readonly GraphQLError[];
  /** The connection ends with it and says why, so that the operation is not completed: its client comes back for it. */
  readonly isSilent: boolean;
}

export interface SubscriptionHooks {
  /** The result of what the source gave, as the client gets it. */
  readonly execute: (value: unknown) => Promise<ExecutionResult>;
  readonly fail: (error: unknown) => SubscriptionFailure;
  /** Called once when nothing more will come, with the number of results and the error that ended it, if one did. */
  readonly ended: (count: number, error: GraphQLError | undefined) => void;
  /** An error that nobody is left to be told of. */
  readonly report: (error: unknown) => void;
}

type Next = IteratorResult<ExecutionResult, undefined>;

const DONE: Next = { done: true, value: undefined };

/**
 * The results of one subscription, as the transports consume them.
 *
 * `return()` takes effect at once: it answers a waiting `next()` itself. An async generator would first have to
 * wake up from what it awaits, which for a quiet stream can take for ever, and the client's slot would stay taken.
 * When the source fails, the last result carries the errors; there is always a client left to tell.
 */
export class SubscriptionResults implements AsyncIterableIterator<ExecutionResult, undefined> {
  readonly #source: AsyncIterator<unknown>;
  readonly #hooks: SubscriptionHooks;
  #waiting: ((next: Next) => void) | undefined;
  #failure: SubscriptionFailure | undefined;
  #count = 0;
  #ended = false;

  constructor(source: AsyncIterable<unknown>, hooks: SubscriptionHooks) {
    this.#source = source[Symbol.asyncIterator]();
    this.#hooks = hooks;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Called again only after the last promise has settled, as `for await` and streams do. */
  async next(): Promise<Next> {
    const { promise, resolve } = Promise.withResolvers<Next>();
    this.#waiting = resolve;
    if (this.#ended) this.#tellTheEnd();
    else
      this.#pull().then(
        (next) => this.#arrived(next),
        (error: unknown) => this.fail(error),
      );
    return promise;
  }

  async return(): Promise<Next> {
    this.#end(undefined);
    this.#answer(DONE);
    return DONE;
  }

  /** Ends it with an error for the client, whatever the source does. */
  fail(error: unknown): void {
    if (this.#ended) return;
    this.#failure = this.#hooks.fail(error);
    this.#end(this.#failure.errors[0]);
    this.#tellTheEnd();
  }

  #arrived(next: Next): void {
    if (this.#ended) return;
    if (next.done === true) this.#end(undefined);
    else this.#count += 1;
    this.#answer(next);
  }

  #tellTheEnd(): void {
    if (!this.#waiting || this.#failure?.isSilent) return;
    const errors = this.#failure?.errors;
    this.#failure = undefined;
    this.#answer(errors ? { done: false, value: { errors } } : DONE);
  }

  #answer(next: Next): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(next);
  }

  #end(error: GraphQLError | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#hooks.ended(this.#count, error);
    void this.#release();
  }

  async #pull(): Promise<Next> {
    const next = await this.#source.next();
    if (next.done === true || this.#ended) return DONE;
    return { done: false, value: await this.#hooks.execute(next.value) };
  }

  /** Not waited for: a source that is awaiting something ends when that is over. */
  async #release(): Promise<void> {
    try {
      await this.#source.return?.();
    } catch (error) {
      this.#hooks.report(error);
    }
  }
}
