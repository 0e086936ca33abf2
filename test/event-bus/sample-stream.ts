import { randomUUID } from 'node:crypto';
import { AggregateWatch } from '../../src/event-bus/aggregate-watch.ts';
import type { EventBatch, EventRendering, EventSink } from '../../src/event-bus/event-sink.ts';
import { EventStream, type StreamAudience } from '../../src/event-bus/event-stream.ts';
import { silentHintBus } from '../../src/event-bus/hint-bus.ts';
import { LogTail } from '../../src/event-bus/log-tail.ts';
import { Relay } from '../../src/event-bus/relay.ts';
import { StreamHub } from '../../src/event-bus/stream-hub.ts';
import { Streams } from '../../src/event-bus/streams.ts';
import type { StreamAppend } from '../../src/event-store/append-events.ts';
import type { StoredEvent } from '../../src/event-store/domain-event.ts';
import { Sequencer } from '../../src/event-store/sequencer.ts';
import { type SampleNode, silentLogger } from '../event-store/sample-database.ts';
import { append, sampleEvent } from '../event-store/sample-events.ts';
import { waitFor } from '../support/wait-for.ts';

/** Small, so that a few events make a stream change between the ring and the log. */
export const SMALL = { capacity: 10, batch: 4, lagMs: 60_000 };

/** What the streams of one node share, with the log under the test's control: nothing moves but by `feed`, or a relay. */
export interface StreamNode extends AsyncDisposable {
  readonly tail: LogTail;
  readonly streams: Streams;
  /** Appends, numbers, and reads into the tail. */
  feed(...appends: readonly StreamAppend[]): Promise<void>;
}

export async function openStreamNode(node: SampleNode, size: Partial<typeof SMALL> = {}): Promise<StreamNode> {
  const { capacity, batch, lagMs } = { ...SMALL, ...size };
  const watch = new AggregateWatch();
  const tail = new LogTail(node.log, { capacity, batch, onRead: (events) => watch.see(events) });
  await tail.start();
  const hub = new StreamHub({ tail, log: node.log, fetchKeys: async () => undefined, logger: silentLogger, batch });
  hub.start();
  const sequencer = new Sequencer(node.database.sql);
  return {
    tail,
    streams: new Streams({ tail, log: node.log, hub, watch, fetchKeys: async () => undefined, lagMs }),
    feed: async (...appends) => {
      await append(node.database.sql, ...appends);
      await sequencer.tick();
      await tail.advance();
    },
    [Symbol.asyncDispose]: () => hub[Symbol.asyncDispose](),
  };
}

/** A relay of one node alone, which polls every few milliseconds. */
export function startRelay(node: SampleNode, tail: LogTail): Relay {
  const hints = silentHintBus();
  const relay = new Relay({
    node: randomUUID(),
    sequencer: new Sequencer(node.database.sql),
    tail,
    hints: () => hints,
    logger: silentLogger,
    pollMinMs: 2,
    pollMaxMs: 20,
  });
  relay.start();
  return relay;
}

export interface StreamItem {
  readonly event: StoredEvent;
  readonly head: number;
  readonly caughtUp: boolean;
}

/** Shows an event as it is. */
const asItIs: EventRendering = { key: 'as it is', render: (event) => JSON.stringify(event) };

const everybody: StreamAudience = { authorize: async () => ({}), aggregates: [] };

interface SampleStreamOptions {
  /** Default: the present end. */
  readonly after?: number | null;
  readonly audience?: StreamAudience;
  readonly rendering?: EventRendering | null;
  /** Items it holds before it is full. */
  readonly capacity?: number;
}

/** A stream with a client that takes what it is asked to take; what it has not taken fills its buffer. */
export class SampleStream implements EventSink, AsyncDisposable {
  readonly rendering: EventRendering | null;
  readonly stream: EventStream;
  /** Settles when the stream is over: the error that ended it, or null. */
  readonly ended: Promise<unknown>;
  /** Positions up to which it was told that it has all. */
  readonly places: number[] = [];
  alone = 0;
  largestBuffer = 0;
  readonly #capacity: number;
  readonly #buffer: StreamItem[] = [];
  readonly #resumes = new Set<() => void>();
  readonly #end = Promise.withResolvers<unknown>();
  #isOver = false;

  constructor({ streams }: StreamNode, options: SampleStreamOptions = {}) {
    const { after = null, audience = everybody, rendering = asItIs, capacity = Number.POSITIVE_INFINITY } = options;
    this.rendering = rendering;
    this.#capacity = capacity;
    this.stream = new EventStream(streams, { after, audience, sink: this });
    this.ended = this.#end.promise;
    this.stream.start();
  }

  get isFull(): boolean {
    return this.#buffer.length >= this.#capacity;
  }

  whenDrained(resume: () => void): void {
    this.#resumes.add(resume);
  }

  async renderAlone(event: StoredEvent): Promise<string> {
    this.alone++;
    return JSON.stringify(event);
  }

  send({ events, head, isLast }: EventBatch): void {
    const last = events.at(-1);
    for (const event of events) {
      this.#buffer.push({ event: JSON.parse(event.text) as StoredEvent, head, caughtUp: isLast && event === last });
    }
    this.largestBuffer = Math.max(this.largestBuffer, this.#buffer.length);
  }

  caughtUp(position: number): void {
    this.places.push(position);
  }

  over(error: unknown): void {
    this.#isOver = true;
    this.#end.resolve(error);
  }

  /** The next so many items; fewer if the stream ends before. */
  async take(count: number): Promise<StreamItem[]> {
    const items: StreamItem[] = [];
    await waitFor(
      () => {
        items.push(...this.#buffer.splice(0, count - items.length));
        if (!this.isFull) this.#resume();
        return items.length === count || this.#isOver;
      },
      { describe: `${count} events`, timeoutMs: 25_000 },
    );
    return items;
  }

  async untilLive(): Promise<void> {
    await waitFor(() => this.stream.isLive, { describe: 'the stream to be live' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stream.close();
    await this.ended;
  }

  #resume(): void {
    const resumes = [...this.#resumes];
    this.#resumes.clear();
    for (const resume of resumes) resume();
  }
}

export function positionsOf(items: readonly StreamItem[]): number[] {
  return items.map((item) => item.event.position);
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

/** Events so large that a stream asks after each of them whether its client takes more. */
export function largeAppend(aggregateId: string, count: number): StreamAppend {
  const note = 'x'.repeat(70_000);
  const events = Array.from({ length: count }, () => sampleEvent({ aggregateId, data: { note } }));
  return { aggregateType: 'Shelf', aggregateId, expectedVersion: 'any', events };
}
