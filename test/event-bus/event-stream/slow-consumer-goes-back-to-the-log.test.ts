import { expect, test } from 'vitest';
import { EventLog } from '../../../src/event-store/read-events.ts';
import { openSampleDatabase } from '../../event-store/sample-database.ts';
import { sampleAppend } from '../../event-store/sample-events.ts';
import { sampleCatalogue } from '../../event-store/sample-library.ts';
import { waitFor } from '../../support/wait-for.ts';
import { largeAppend, openStreamNode, positionsOf, range, SampleStream } from '../sample-stream.ts';

test('a client that takes too little falls behind, holds a bounded buffer, and lives again when it reads', async () => {
  await using sample = await openSampleDatabase();
  await using node = await openStreamNode(sample);
  await using slow = new SampleStream(node, { capacity: 3 });
  await using quick = new SampleStream(node);
  await slow.untilLive();

  for (let round = 0; round < 8; round++) await node.feed(largeAppend('a', 5));
  expect(positionsOf(await quick.take(40))).toEqual(range(1, 40));
  expect(slow.stream.isLive).toBe(false);
  expect(slow.largestBuffer).toBeLessThanOrEqual(8);

  expect(positionsOf(await slow.take(40))).toEqual(range(1, 40));
  await slow.untilLive();
  await node.feed(sampleAppend('a', 2));
  expect(positionsOf(await slow.take(2))).toEqual([41, 42]);
});

test('a burst that outruns the ring reaches live streams from the log, once and in order', async () => {
  await using sample = await openSampleDatabase();
  let pages = 0;
  const { sql } = sample.database;
  const log = new EventLog((text, parameters) => {
    if (text.includes('read_event_log')) pages++;
    return sql(text, parameters);
  }, sampleCatalogue);
  await using node = await openStreamNode({ ...sample, log }, { capacity: 10, batch: 100 });
  const streams = Array.from({ length: 5 }, () => new SampleStream(node));
  await waitFor(() => node.streams.hub.size === 5, { describe: 'all to be live' });

  await node.feed(sampleAppend('a', 300));

  for (const stream of streams) {
    const items = await stream.take(300);
    expect(positionsOf(items)).toEqual(range(1, 300));
    expect(items.at(-1)).toMatchObject({ head: 300, caughtUp: true });
    expect(stream.stream.isLive).toBe(true);
    await stream[Symbol.asyncDispose]();
  }
  // The tail reads four pages, the last of them empty; beside it the hub reads at most the three for all streams together.
  expect(pages).toBeGreaterThan(4);
  expect(pages).toBeLessThanOrEqual(7);
});
