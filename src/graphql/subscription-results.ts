import type { ExecutionResult, GraphQLError } from 'graphql';

export interface SubscriptionHooks {
  /** The result as the client gets it. */
  readonly deliver: (result: ExecutionResult) => ExecutionResult;
  /** What the client is told when the source fails. */
  readonly fail: (error: unknown) => GraphQLError[];
  /** Called once when nothing more will come, with the number of results and the error that ended it, if one did. */
  readonly ended: (count: number, error: GraphQLError | undefined) => void;
}

/**
 * The results of one subscription, as the transports consume them.
 *
 * `return()` takes effect at once: it answers a waiting `next()` itself. An async generator would first have to
 * wake up from what it awaits, which for a quiet stream can take for ever, and the client's slot would stay taken.
 * When the source fails, the last result carries the errors; there is always a client left to tell.
 */
export class SubscriptionResults implements AsyncIterableIterator<ExecutionResult, undefined> {
  readonly #source: AsyncIterator<ExecutionResult>;
  readonly #hooks: SubscriptionHooks;
  #waiting: ((result: IteratorResult<ExecutionResult, undefined>) => void) | undefined;
  #count = 0;
  #ended = false;

  constructor(source: AsyncIterable<ExecutionResult>, hooks: SubscriptionHooks) {
    this.#source = source[Symbol.asyncIterator]();
    this.#hooks = hooks;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Called again only after the last promise has settled, as `for await` and streams do. */
  async next(): Promise<IteratorResult<ExecutionResult, undefined>> {
    if (this.#ended) return { done: true, value: undefined };
    const { promise, resolve } = Promise.withResolvers<IteratorResult<ExecutionResult, undefined>>();
    this.#waiting = resolve;
    this.#pull().then(
      (next) => this.#arrived(next, resolve),
      (error: unknown) => this.#failed(error, resolve),
    );
    return promise;
  }

  async return(): Promise<IteratorResult<ExecutionResult, undefined>> {
    this.#end(undefined);
    this.#waiting?.({ done: true, value: undefined });
    return { done: true, value: undefined };
  }

  #arrived(
    next: IteratorResult<ExecutionResult>,
    resolve: (result: IteratorResult<ExecutionResult, undefined>) => void,
  ): void {
    if (this.#ended) return;
    if (next.done === true) {
      this.#end(undefined);
      resolve({ done: true, value: undefined });
      return;
    }
    this.#count += 1;
    resolve({ done: false, value: this.#hooks.deliver(next.value) });
  }

  #failed(error: unknown, resolve: (result: IteratorResult<ExecutionResult, undefined>) => void): void {
    if (this.#ended) return;
    const errors = this.#hooks.fail(error);
    this.#end(errors[0]);
    resolve({ done: false, value: { errors } });
  }

  #end(error: GraphQLError | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#hooks.ended(this.#count, error);
    void this.#release();
  }

  async #pull(): Promise<IteratorResult<ExecutionResult>> {
    return this.#source.next();
  }

  /** Not waited for: a source that is awaiting something ends when that is over. */
  async #release(): Promise<void> {
    try {
      await this.#source.return?.();
    } catch (error) {
      this.#hooks.fail(error);
    }
  }
}
