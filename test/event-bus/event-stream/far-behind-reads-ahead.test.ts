import { expect, test } from 'vitest';
import type { EventRendering } from '../../../src/event-bus/event-sink.ts';
import type { StreamAudience } from '../../../src/event-bus/event-stream.ts';
import type { EventFilter } from '../../../src/event-store/event-filter.ts';
import { openSampleDatabase } from '../../event-store/sample-database.ts';
import { append, sampleAppend } from '../../event-store/sample-events.ts';
import { openStreamNode, positionsOf, range, SampleStream } from '../sample-stream.ts';

/** Several pages. */
const EVENTS = 1_100;

test('a stream that is pages behind reads one while it sends another, and gets every event once, in order', async () => {
  await using sample = await openSampleDatabase();
  await using node = await openStreamNode(sample);
  await node.feed(sampleAppend('a', EVENTS));
  const reads: (readonly [number | undefined, sent: number])[] = [];
  const sent: number[] = [];
  const read = sample.log.read.bind(sample.log);
  sample.log.read = async (page) => {
    reads.push([page.after, sent.length]);
    return read(page);
  };
  const rendering: EventRendering = {
    key: 'noting',
    render(event) {
      sent.push(event.position);
      return JSON.stringify(event);
    },
  };

  await using stream = new SampleStream(node, { after: 0, rendering });

  expect(positionsOf(await stream.take(EVENTS))).toEqual(range(1, EVENTS));
  expect(sent).toEqual(range(1, EVENTS));
  expect(reads.filter(([after = 0, before]) => before < after).length).toBeGreaterThan(0);
});

test('what was read ahead under other rights is not sent', async () => {
  await using sample = await openSampleDatabase();
  await using node = await openStreamNode(sample);
  for (let half = 0; half < EVENTS / 2; half += 50) {
    await append(sample.database.sql, sampleAppend('a', 50), sampleAppend('b', 50));
  }
  await node.feed();
  let allowed: EventFilter = {};
  const audience: StreamAudience = {
    authorize: async () => allowed,
    aggregates: [{ type: 'Shelf', id: 'rights' }],
  };
  const rendering: EventRendering = {
    key: 'noting',
    render(event) {
      if (event.position === 110) {
        allowed = { aggregateId: 'b' };
        node.streams.watch.see([{ ...event, aggregateId: 'rights' }]);
      }
      return JSON.stringify(event);
    },
  };

  await using stream = new SampleStream(node, { after: 0, audience, rendering });
  await stream.untilLive();
  await node.feed(sampleAppend('b'));
  const events: { readonly position: number; readonly aggregateId: string }[] = [];
  while (events.at(-1)?.position !== node.tail.head) {
    for (const { event } of await stream.take(1)) events.push(event);
  }

  const positions = events.map(({ position }) => position);
  expect(positions).toEqual([...new Set(positions)].toSorted((a, b) => a - b));
  expect(events.filter(({ position, aggregateId }) => position >= 110 && aggregateId === 'a')).toEqual([]);
  expect(events.filter(({ aggregateId }) => aggregateId === 'b')).toHaveLength(EVENTS / 2 + 1);
});
