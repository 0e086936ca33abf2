import { randomUUID } from 'node:crypto';
import { type StreamAudience, type StreamItem, streamEvents } from '../../src/event-bus/event-stream.ts';
import { silentHintBus } from '../../src/event-bus/hint-bus.ts';
import { LogTail } from '../../src/event-bus/log-tail.ts';
import { Relay } from '../../src/event-bus/relay.ts';
import type { StreamAppend } from '../../src/event-store/append-events.ts';
import { Sequencer } from '../../src/event-store/sequencer.ts';
import { type SampleNode, silentLogger } from '../event-store/sample-database.ts';
import { append } from '../event-store/sample-events.ts';

const everybody: StreamAudience = { authorize: async () => ({}), isConcernedBy: () => false };

/** Small, so that a few events make a stream change between the ring and the log. */
export const SMALL = { capacity: 10, batch: 4 };

/** A node's tail with a sequencer under the test's control: nothing moves but by `feed`. */
export async function openTail(node: SampleNode, size = SMALL) {
  const tail = new LogTail(node.log, size);
  await tail.start();
  const sequencer = new Sequencer(node.database.sql);
  return {
    tail,
    /** Appends, numbers, and reads into the tail. */
    feed: async (...streams: readonly StreamAppend[]): Promise<void> => {
      await append(node.database.sql, ...streams);
      await sequencer.tick();
      await tail.advance();
    },
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

interface OpenStream {
  readonly after: number | null;
  readonly audience?: StreamAudience;
  readonly signal?: AbortSignal;
}

export function openStream(
  node: SampleNode,
  tail: LogTail,
  { after, audience = everybody, signal = new AbortController().signal }: OpenStream,
): AsyncGenerator<StreamItem, void, undefined> {
  return streamEvents({ tail, log: node.log, audience, after, signal, batch: SMALL.batch });
}

/** The next so many items; fewer if the stream ends. */
export async function take(stream: AsyncGenerator<StreamItem, void, undefined>, count: number): Promise<StreamItem[]> {
  const items: StreamItem[] = [];
  while (items.length < count) {
    const next = await stream.next();
    if (next.done) break;
    items.push(next.value);
  }
  return items;
}

export function positionsOf(items: readonly StreamItem[]): number[] {
  return items.map((item) => item.event.position);
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}
