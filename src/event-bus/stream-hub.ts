import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { leaveTransactionScope } from '../database/open-transaction.ts';
import type { StoredEvent } from '../event-store/domain-event.ts';
import { type EventFilter, filterKey } from '../event-store/event-filter.ts';
import type { EventLog } from '../event-store/read-events.ts';
import { ageOf } from '../event-store/event-id.ts';
import type { Metrics } from '../metrics.ts';
import { markSpan } from '../tracing.ts';
import { AdvancingPosition } from './advancing-position.ts';
import { Cohort, Turn } from './cohort.ts';
import { EventBatch, type EventRendering, type EventSink } from './event-sink.ts';
import { FilterIndex } from './filter-index.ts';
import type { LogTail } from './log-tail.ts';

/** A stream that has caught up and is sent events as they come. */
export interface LiveStream {
  readonly sink: EventSink;
  /** It was taken out: everything up to `position` was sent, and from there it goes its own way. */
  fellBehind(position: number): void;
  /** It was taken out because its sink failed. */
  failed(error: unknown): void;
}

interface HubOptions {
  readonly tail: LogTail;
  readonly log: EventLog;
  /** Fetches the keys of what is sealed in these events, so that a rendering finds them remembered. */
  readonly fetchKeys: (events: readonly StoredEvent[]) => Promise<void>;
  readonly metrics?: Metrics | undefined;
  readonly logger: Logger;
  /** Events read at a time. */
  readonly batch: number;
}

const RETRY_MS = 200;

/**
 * Hands each new event to the live streams of this node, which all stand at one position. An event is looked up in an
 * index of the filters, rendered once for all streams to which it looks the same, and put into the buffers of their
 * connections. A stream whose connection does not take it leaves; it catches up by itself and comes back.
 */
export class StreamHub implements AsyncDisposable {
  readonly #options: HubOptions;
  readonly #position = new AdvancingPosition();
  readonly #cohorts = new Map<string, Cohort<LiveStream>>();
  readonly #cohortOf = new Map<LiveStream, Cohort<LiveStream>>();
  readonly #index = new FilterIndex<Cohort<LiveStream>>();
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;
  #failing = false;
  /** Cohorts that show what is encrypted. */
  #needingKeys = 0;

  constructor(options: HubOptions) {
    this.#options = options;
  }

  /** Every live stream has been sent what matches up to here, and nothing beyond. */
  get position(): number {
    return this.#position.value;
  }

  /** How many streams are live. */
  get size(): number {
    return this.#cohortOf.size;
  }

  start(): void {
    this.#position.advance(this.#options.tail.head);
    this.#running ??= leaveTransactionScope(() => this.#run());
  }

  /** For a stream that stands at `position`. */
  join(stream: LiveStream, filter: EventFilter, rendering: EventRendering): void {
    const key = `${filterKey(filter)} ${rendering.key}`;
    let cohort = this.#cohorts.get(key);
    if (!cohort) {
      cohort = new Cohort(key, filter, rendering);
      this.#cohorts.set(key, cohort);
      this.#index.add(filter, cohort);
      if (rendering.needsKeys) this.#needingKeys += 1;
    }
    cohort.streams.add(stream);
    this.#cohortOf.set(stream, cohort);
  }

  /** The stream leaves, if it is live, at `position`. */
  leave(stream: LiveStream): void {
    const cohort = this.#cohortOf.get(stream);
    if (!cohort) return;
    this.#cohortOf.delete(stream);
    cohort.streams.delete(stream);
    if (cohort.streams.size > 0) return;
    this.#cohorts.delete(cohort.key);
    this.#index.remove(cohort.filter, cohort);
    if (cohort.rendering.needsKeys) this.#needingKeys -= 1;
  }

  /** Calls `wake` once when the position has moved; the returned function calls that off. */
  onNextAdvance(wake: () => void): () => void {
    return this.#position.onNextAdvance(wake);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { tail } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      if (this.position === tail.head) {
        await tail.waitBeyond(this.position, signal);
      } else if (this.size === 0) {
        this.#position.advance(tail.head);
      } else if (await this.#step()) {
        if (this.position < tail.head) await nextTurn();
      } else {
        await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** True when it got on. A burst may outrun the ring; then this one reader takes it from the log for all. */
  async #step(): Promise<boolean> {
    const { tail, log, fetchKeys, logger, batch } = this.#options;
    try {
      const events = tail.since(this.position, batch) ?? (await log.read({ after: this.position, limit: batch }));
      if (this.#needingKeys > 0) await fetchKeys(events);
      this.#handOut(events);
      this.#failing = false;
      return true;
    } catch (error) {
      if (!this.#failing) logger.error({ err: error }, 'Live streams cannot be served; retrying');
      this.#failing = true;
      return false;
    }
  }

  #handOut(events: readonly StoredEvent[]): void {
    const from = this.position;
    const { tail, metrics } = this.#options;
    const { head } = tail;
    const turn = new Turn<LiveStream>();
    let to = from;
    for (const event of events) {
      for (const cohort of this.#index.candidates(event)) {
        if (cohort.matches(event)) turn.add(cohort, event);
      }
      to = event.position;
      if (turn.isFull) break;
    }
    for (const [cohort, rendered] of turn.events) {
      if (rendered) this.#send(new EventBatch(rendered, head, to === head), cohort, to);
      else for (const stream of cohort.streams) this.#takeOut(stream, from);
    }
    for (const { position, id, type, metadata } of events) {
      if (position > to) break;
      metrics?.eventHandedOut(ageOf(id));
      if (metadata.traceParent) markSpan(`hand out ${type}`, { kind: 'PRODUCER', parents: [metadata.traceParent] });
    }
    this.#position.advance(to);
  }

  #send(batch: EventBatch, cohort: Cohort<LiveStream>, to: number): void {
    for (const stream of cohort.streams) {
      try {
        stream.sink.send(batch);
        if (stream.sink.isFull) this.#takeOut(stream, to);
      } catch (error) {
        this.leave(stream);
        stream.failed(error);
      }
    }
  }

  #takeOut(stream: LiveStream, position: number): void {
    this.leave(stream);
    stream.fellBehind(position);
  }
}
