import { BackOff, type BackOffOptions, pause } from './back-off.ts';
import { Checkpoint } from './checkpoint.ts';
import { ContiguousProgress } from './contiguous-progress.ts';
import type { StreamedEvent } from './domain-event.ts';
import type { Step } from './event-stream.ts';
import { LinkedSignal } from './linked-signal.ts';
import type { ValueStore } from './value-store.ts';

export interface EventAttempt {
  /** 1 for the first. */
  readonly attempt: number;
  /** Aborts when the handling is stopped: by its own signal, or because another event failed for good. */
  readonly signal: AbortSignal;
}

/**
 * - `stop`: `handleEvents` rejects with `HandlerError`. The stored cursor stays before the event, which comes again when
 *   handling is begun anew.
 * - `skip`: the event counts as done.
 */
export type FailurePolicy = 'stop' | 'skip';

export interface HandlingSpec {
  readonly handler: (event: StreamedEvent, attempt: EventAttempt) => Promise<void> | void;
  readonly store: ValueStore;
  /** Events handled at the same time, of different aggregates. */
  readonly concurrency: number;
  /** Events taken from the stream and not yet done, with all their predecessors, at most. */
  readonly maxInFlight: number;
  readonly maxAttempts: number;
  readonly backOff: BackOffOptions;
  readonly onFailure:
    | FailurePolicy
    | ((event: StreamedEvent, error: unknown) => Promise<FailurePolicy> | FailurePolicy);
  /** Any of them stops it. */
  readonly signals: readonly (AbortSignal | undefined)[];
}

interface Task {
  readonly event: StreamedEvent;
  readonly lane: string;
  readonly finish: () => string | null;
}

/** A handler failed for good, and the policy was to stop. */
export class HandlerError extends Error {
  override readonly name = 'HandlerError';
  readonly event: StreamedEvent;

  constructor(event: StreamedEvent, cause: unknown) {
    super(`The handler failed for ${event.type} ${event.id}.`, { cause });
    this.event = event;
  }
}

/**
 * Handles the events of a stream side by side, those of one aggregate one after the other. The stored cursor moves only
 * past events before which everything is done, so that after a crash each unfinished event comes again, and with it at
 * most `maxInFlight` that were finished.
 */
export class EventHandling {
  readonly #spec: HandlingSpec;
  readonly #checkpoint: Checkpoint;
  readonly #progress = new ContiguousProgress();
  readonly #stopping: LinkedSignal;
  readonly #signal: AbortSignal;
  /** Taken and not begun, in the order of the stream. */
  readonly #waiting: Task[] = [];
  /** Aggregates with an event under way. */
  readonly #busy = new Set<string>();
  #wake = (): void => undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(spec: HandlingSpec) {
    this.#spec = spec;
    this.#checkpoint = new Checkpoint(spec.store);
    this.#stopping = new LinkedSignal(...spec.signals);
    this.#signal = this.#stopping.signal;
    this.#signal.addEventListener('abort', () => this.#wake());
  }

  /** Aborts when nothing more shall be taken. */
  get signal(): AbortSignal {
    return this.#signal;
  }

  /** Resolves when the stream is over or stopped, what was under way is done, and the cursor is stored. */
  async run(steps: AsyncIterable<Step>): Promise<void> {
    try {
      for await (const step of steps) {
        if (step.kind === 'event') this.#take(step.event);
        else if (this.#progress.size === 0) this.#checkpoint.reached(step.cursor);
        await this.#until(() => this.#progress.size < this.#spec.maxInFlight || this.#signal.aborted);
      }
    } catch (error) {
      this.#stop(error);
    }
    await this.#until(() => this.#busy.size === 0 && (this.#waiting.length === 0 || this.#signal.aborted));
    this.#stopping.release();
    await this.#checkpoint.settled();
    if (this.#failure) throw this.#failure.error;
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #take(event: StreamedEvent): void {
    const lane = `${event.aggregateType} ${event.aggregateId}`;
    this.#waiting.push({ event, lane, finish: this.#progress.begin(event.cursor) });
    this.#beginWhatMay();
  }

  /** The earliest event whose aggregate has none under way, and so on, as long as there is room. */
  #beginWhatMay(): void {
    while (this.#busy.size < this.#spec.concurrency && !this.#signal.aborted) {
      const index = this.#waiting.findIndex(({ lane }) => !this.#busy.has(lane));
      const [task] = index === -1 ? [] : this.#waiting.splice(index, 1);
      if (!task) return;
      this.#busy.add(task.lane);
      void this.#work(task);
    }
  }

  /** Never rejects. */
  async #work({ event, lane, finish }: Task): Promise<void> {
    try {
      const reached = (await this.#handle(event)) ? finish() : null;
      if (reached !== null) this.#checkpoint.reached(reached);
    } catch (error) {
      this.#stop(error);
    }
    this.#busy.delete(lane);
    this.#beginWhatMay();
    this.#wake();
  }

  /** Whether the event is done. */
  async #handle(event: StreamedEvent): Promise<boolean> {
    const { handler, maxAttempts, backOff: pauses } = this.#spec;
    const backOff = new BackOff(pauses);
    for (let attempt = 1; !this.#signal.aborted; attempt += 1) {
      try {
        await handler(event, { attempt, signal: this.#signal });
        return true;
      } catch (error) {
        if (this.#signal.aborted) return false;
        if (attempt < maxAttempts) await pause(backOff.next(), this.#signal);
        else return await this.#isSkipped(event, error);
      }
    }
    return false;
  }

  async #isSkipped(event: StreamedEvent, error: unknown): Promise<boolean> {
    const { onFailure } = this.#spec;
    const policy = typeof onFailure === 'function' ? await onFailure(event, error) : onFailure;
    if (policy === 'skip') return true;
    throw new HandlerError(event, error);
  }

  #stop(error: unknown): void {
    this.#failure ??= { error };
    this.#stopping.abort();
  }
}
