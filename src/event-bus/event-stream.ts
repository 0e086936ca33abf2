import { RequestError } from '../errors.ts';
import { encodeCursor } from '../event-store/cursor.ts';
import type { StoredEvent } from '../event-store/domain-event.ts';
import { type EventFilter, matchesFilter } from '../event-store/event-filter.ts';
import type { AggregateRef } from './aggregate-watch.ts';
import { EventBatch, type EventSink, type RenderedEvent } from './event-sink.ts';
import { isInfrastructureFailure } from './infrastructure-failure.ts';
import { LagWatch } from './lag-watch.ts';
import type { LiveStream } from './stream-hub.ts';
import type { Streams } from './streams.ts';

/** What a subscriber may see, decided anew while the stream runs. */
export interface StreamAudience {
  /** The client's filter narrowed to what it may see. Throws RequestError when it may not listen any more. */
  authorize(): Promise<EventFilter>;
  /** Whatever happens to one of these may change the answer. */
  readonly aggregates: readonly AggregateRef[];
}

export interface StreamOptions {
  readonly audience: StreamAudience;
  /** Exclusive; null starts at the present end. */
  readonly after: number | null;
  readonly sink: EventSink;
}

/** A page of the log that is on its way, or here. */
interface Page {
  readonly after: number;
  /** The hub's position when it was asked for: beyond it nothing was looked for. */
  readonly bound: number;
  readonly limit: number;
  readonly filter: EventFilter;
  readonly events: Promise<readonly StoredEvent[]>;
}

const MAX_PAGE = 250;
const MIN_PAGE = 32;
/** Characters handed to the sink before it is asked whether it is full. */
const SLICE_CHARACTERS = 64 * 1024;

/**
 * Every matching event after a position, once, in order, until it is closed or fails.
 *
 * There is one state, the position sent last. While it lies behind the hub's, the stream catches up: from the node's ring
 * where that reaches back so far, else from the log. Once it stands where the hub stands, it joins, and the hub's
 * position is its own until it leaves: because rights may have changed, or the client does not take what it is sent.
 * Joining and leaving happen between two events, so nothing is skipped or repeated. Nothing is queued, and nothing runs
 * for a stream while it is live: a node holds thousands that wait.
 */
export class EventStream implements LiveStream {
  readonly sink: EventSink;
  readonly #streams: Streams;
  readonly #audience: StreamAudience;
  /** Once its client has been waited for. */
  #lag: LagWatch | null = null;
  #watching: Disposable | null = null;
  #position: number;
  #filter: EventFilter = {};
  #pageSize = MAX_PAGE;
  /** Read while the page before is sent; a client that is waited for holds none. */
  #ahead: Page | null = null;
  #mustAuthorize = true;
  #isLive = false;
  /** Between `start` and the end, while it is not live. */
  #isRunning = false;
  #hasBegun = false;
  #isClosed = false;
  /** Whether the client was told, by a result or otherwise, that it has all up to the position. */
  #isToldCaughtUp = false;
  #failure: { readonly error: unknown } | null = null;
  #wake: (() => void) | null = null;

  constructor(streams: Streams, { audience, after, sink }: StreamOptions) {
    this.sink = sink;
    this.#streams = streams;
    this.#audience = audience;
    this.#position = after ?? -1;
  }

  /** Everything that matches up to here was handed to the sink. */
  get position(): number {
    return this.#isLive ? this.#streams.hub.position : this.#position;
  }

  /** Whether it is sent events as they come. */
  get isLive(): boolean {
    return this.#isLive;
  }

  /**
   * Begins; to be called once. The sink is told of the end: of a RequestError that ended it, with `resumeAfter` unless the
   * stream never began.
   */
  start(): void {
    this.#watching = this.#streams.watch.watch(this.#audience.aggregates, () => this.#rightsMayHaveChanged());
    void this.#run();
  }

  /** Takes effect at once: nothing more goes to the sink. */
  close(): void {
    this.#isClosed = true;
    this.#goOffline();
    this.#goOn();
  }

  /** The error as the client is told of it: with the place to resume from, unless the stream never began. */
  resumable(error: unknown): unknown {
    if (this.position < 0) return error;
    const resumeAfter = encodeCursor(this.position);
    if (isInfrastructureFailure(error)) {
      const message = 'The log cannot be read at the moment. Resume after a pause.';
      return new RequestError('SERVICE_UNAVAILABLE', message, { resumeAfter }, { cause: error });
    }
    if (!(error instanceof RequestError) || 'resumeAfter' in error.details) return error;
    return new RequestError(error.code, error.message, { ...error.details, resumeAfter }, { cause: error });
  }

  fellBehind(position: number): void {
    this.#position = position;
    this.#isLive = false;
    this.#goOn();
  }

  failed(error: unknown): void {
    this.#failure = { error };
    this.#isLive = false;
    this.close();
  }

  /** To where it is live or over. */
  async #run(): Promise<void> {
    this.#isRunning = true;
    // Whoever woke it is in the middle of something.
    await Promise.resolve();
    try {
      if (!this.#hasBegun && !this.#isClosed) await this.#begin();
      while (!this.#isClosed && !this.#isLive) await this.#step();
    } catch (error) {
      this.#failure ??= { error };
      this.#isClosed = true;
    }
    this.#isRunning = false;
    if (this.#isClosed) this.#end();
  }

  /** Something has happened that a stream at rest or asleep must see. */
  #goOn(): void {
    if (this.#isRunning) this.#wake?.();
    else if (this.#watching) void this.#run();
  }

  async #begin(): Promise<void> {
    this.#hasBegun = true;
    if (this.#position < 0) this.#position = this.#streams.tail.head;
    else await this.#streams.checkResumable(this.#position);
  }

  #end(): void {
    this.#ahead = null;
    this.#goOffline();
    this.#watching?.[Symbol.dispose]();
    this.#watching = null;
    this.sink.over(this.#failure && this.resumable(this.#failure.error));
  }

  async #step(): Promise<void> {
    const { hub } = this.#streams;
    if (this.#mustAuthorize) await this.#authorize();
    else if (this.sink.isFull) await this.#untilDrained();
    else if (this.#position < hub.position) await this.#catchUp();
    else if (this.#position === hub.position) await this.#followLive();
    else await this.#untilAdvance();
  }

  async #authorize(): Promise<void> {
    this.#mustAuthorize = false;
    this.#filter = await this.#audience.authorize();
  }

  /** Called while the tail reads, before the hub hands out the event that says so. */
  #rightsMayHaveChanged(): void {
    this.#mustAuthorize = true;
    this.#goOffline();
    this.#goOn();
  }

  #goOffline(): void {
    if (!this.#isLive) return;
    this.#position = this.#streams.hub.position;
    this.#isLive = false;
    this.#streams.hub.leave(this);
  }

  async #followLive(): Promise<void> {
    const { hub, tail } = this.#streams;
    const { rendering } = this.sink;
    this.#ahead = null;
    this.#lag?.isOver();
    if (!this.#isToldCaughtUp) this.sink.caughtUp(this.#position, tail.head);
    this.#isToldCaughtUp = true;
    if (!rendering) return this.#untilAdvance();
    hub.join(this, this.#filter, rendering);
    this.#isLive = true;
  }

  async #untilAdvance(): Promise<void> {
    const callOff = this.#streams.hub.onNextAdvance(() => this.#wake?.());
    await this.#sleep();
    callOff();
  }

  async #untilDrained(): Promise<void> {
    this.#ahead = null;
    this.#lag ??= new LagWatch(this.#streams.lagMs);
    const patienceMs = this.#lag.waitsForClient(this.#behind, performance.now());
    this.sink.whenDrained(() => this.#wake?.());
    const timer = setTimeout(() => this.#wake?.(), patienceMs);
    await this.#sleep();
    clearTimeout(timer);
    this.#lag.check(this.#behind, performance.now());
  }

  get #behind(): number {
    return this.#streams.tail.head - this.#position;
  }

  /** One page, from the ring or the log, up to where the hub stands. */
  async #catchUp(): Promise<void> {
    const { hub, tail, turns } = this.#streams;
    const limit = this.#pageSize;
    const recent = tail.since(this.#position, Math.min(limit, hub.position - this.#position));
    let bound = hub.position;
    let reached = recent?.at(-1)?.position ?? bound;
    let events: readonly StoredEvent[];
    if (recent) events = recent.filter(matchesFilter(this.#filter));
    else {
      const page = this.#takePage(bound, limit);
      events = await page.events;
      // Retention may have taken what was to be read: asked afterwards, since it only ever takes more.
      if (events[0]?.position !== page.after + 1) await this.#streams.checkKept(page.after);
      bound = page.bound;
      reached = (events.length === page.limit ? events.at(-1)?.position : null) ?? bound;
      // The database and this process at once leave live streams neither of two cores.
      if (reached < bound && hub.size === 0) this.#readAhead(reached);
    }
    if (this.sink.rendering?.needsKeys) await this.#streams.fetchKeys(events);
    await turns.next();
    if (await this.#sendPage(events, bound, reached === bound)) this.#position = reached;
  }

  #takePage(bound: number, limit: number): Page {
    const ahead = this.#ahead;
    this.#ahead = null;
    if (ahead?.after === this.#position && ahead.filter === this.#filter) return ahead;
    return this.#readPage(this.#position, bound, limit);
  }

  #readAhead(after: number): void {
    this.#ahead = this.#readPage(after, this.#streams.hub.position, this.#pageSize);
    // Nobody may ever ask for it; who does gets the error.
    this.#ahead.events.catch(() => undefined);
  }

  #readPage(after: number, bound: number, limit: number): Page {
    const filter = this.#filter;
    const events = this.#streams.readLog({ filter, after, before: bound + 1, limit });
    return { after, bound, limit, filter, events };
  }

  /** True when all of it was sent; else the rest is read again later, in a smaller page: a stalled client holds none. */
  async #sendPage(events: readonly StoredEvent[], head: number, reachesHead: boolean): Promise<boolean> {
    let slice: RenderedEvent[] = [];
    let characters = 0;
    const isStopped = (): boolean => this.#isClosed || this.#mustAuthorize;
    const send = (isLast: boolean): void => {
      const position = slice.at(-1)?.position;
      if (position === undefined) return;
      this.sink.send(new EventBatch(slice, head, isLast));
      this.#position = position;
      this.#isToldCaughtUp = isLast;
      slice = [];
      characters = 0;
    };
    for (const [index, event] of events.entries()) {
      if (slice.length === 0 && index > 0) await this.#streams.turns.next();
      if (isStopped()) return false;
      const text = this.sink.rendering?.render(event) ?? (await this.sink.renderAlone(event));
      if (isStopped()) return false;
      slice.push({ position: event.position, text });
      characters += text.length;
      if (characters < SLICE_CHARACTERS || index === events.length - 1) continue;
      send(false);
      if (this.sink.isFull) {
        this.#pageSize = Math.max(MIN_PAGE, this.#pageSize >> 1);
        return false;
      }
    }
    this.#pageSize = Math.min(MAX_PAGE, this.#pageSize * 2);
    send(reachesHead);
    return true;
  }

  async #sleep(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
    this.#wake = null;
  }
}
