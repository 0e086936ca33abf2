import { expect, test } from 'vitest';
import { openSampleDatabase } from '../../event-store/sample-database.ts';
import { sampleAppend } from '../../event-store/sample-events.ts';
import { waitFor } from '../../support/wait-for.ts';
import { openStreamNode, positionsOf, SampleStream } from '../sample-stream.ts';

const audience = {
  authorize: async () => ({}),
  aggregates: [{ type: 'Shelf', id: 'theirs' }],
};

test('closing ends live streams at once and without a trace, and leaves the others', async () => {
  await using sample = await openSampleDatabase();
  await using node = await openStreamNode(sample);
  const closing = Array.from({ length: 200 }, () => new SampleStream(node, { audience }));
  await using staying = new SampleStream(node);
  await waitFor(() => node.streams.hub.size === 201, { describe: 'all streams to be live' });

  for (const { stream } of closing) stream.close();

  expect(await Promise.all(closing.map(({ ended }) => ended))).toEqual(closing.map(() => null));
  expect(node.streams.hub.size).toBe(1);
  expect(node.streams.watch.size).toBe(0);
  await node.feed(sampleAppend('a', 1));
  expect(positionsOf(await staying.take(1))).toEqual([1]);
  for (const stream of closing) expect(await stream.take(1)).toEqual([]);
});

test('a stream closed before it begins or between two events gives no further event', async () => {
  await using sample = await openSampleDatabase();
  await using node = await openStreamNode(sample);
  await node.feed(sampleAppend('a', 50));
  await using fromRing = new SampleStream(node, { after: 48, capacity: 1 });
  await using fromLog = new SampleStream(node, { after: 0, capacity: 1 });
  await using late = new SampleStream(node, { after: 0 });
  late.stream.close();
  await fromRing.take(1);
  await fromLog.take(1);

  for (const { stream } of [fromRing, fromLog]) stream.close();

  await Promise.all([fromRing.ended, fromLog.ended, late.ended]);
  const before = [fromRing.largestBuffer, fromLog.largestBuffer, late.largestBuffer];
  await node.feed(sampleAppend('a', 5));
  expect([fromRing.largestBuffer, fromLog.largestBuffer, late.largestBuffer]).toEqual(before);
  expect(late.largestBuffer).toBe(0);
});
