import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { EventRendering } from '../../../src/event-bus/event-sink.ts';
import { openSampleDatabase } from '../../event-store/sample-database.ts';
import { sampleAppend, sampleEvent } from '../../event-store/sample-events.ts';
import { waitFor } from '../../support/wait-for.ts';
import { openStreamNode, SampleStream } from '../sample-stream.ts';

/** As much as is handed to a connection at a time. */
const PIECE = 64 * 1024;
const EVENTS = 6;

test('streams that catch up take turns, and all else the process does comes between two pieces', async () => {
  await using sample = await openSampleDatabase();
  await using node = await openStreamNode(sample);
  await node.feed({ ...sampleAppend('a'), events: Array.from({ length: EVENTS }, () => sampleEvent()) });
  let loopTurn = 0;
  let immediate = setImmediate(function count() {
    loopTurn++;
    immediate = setImmediate(count);
  });
  const renderedIn: number[] = [];
  const rendering: EventRendering = {
    key: 'wide',
    render(event) {
      renderedIn.push(loopTurn);
      return JSON.stringify(event).padEnd(PIECE);
    },
  };

  await using first = new SampleStream(node, { after: 0, rendering });
  await using second = new SampleStream(node, { after: 0, rendering });
  await using third = new SampleStream(node, { after: 0, rendering });
  await waitFor(() => [first, second, third].every(({ stream }) => stream.isLive), {
    describe: 'all to have caught up',
  });
  clearImmediate(immediate);

  expect(renderedIn).toHaveLength(3 * EVENTS);
  expect(new Set(renderedIn).size).toBe(3 * EVENTS);
});

test('streams that find nothing for them in the events they pass take turns as well', async () => {
  await using sample = await openSampleDatabase();
  await using node = await openStreamNode(sample);
  await node.feed({ ...sampleAppend('a'), events: Array.from({ length: EVENTS }, () => sampleEvent()) });
  const streams = Array.from(
    { length: EVENTS },
    () => new SampleStream(node, { after: 0, audience: { authorize: async () => ({ types: [] }), aggregates: [] } }),
  );

  const live: number[] = [];
  while (live.at(-1) !== EVENTS) {
    await nextTurn();
    live.push(streams.filter(({ stream }) => stream.isLive).length);
  }
  for (const stream of streams) await stream[Symbol.asyncDispose]();

  expect(live.filter((count) => count > 0)).toEqual([1, 2, 3, 4, 5, 6]);
});
