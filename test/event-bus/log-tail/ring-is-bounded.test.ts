import { expect, test } from 'vitest';
import { openSampleDatabase } from '../../event-store/sample-database.ts';
import { sampleAppend } from '../../event-store/sample-events.ts';
import { openStreamNode, range, SMALL } from '../sample-stream.ts';

test('the tail keeps at least its capacity of the newest events, and at most twice that and a batch', async () => {
  await using sample = await openSampleDatabase();
  await using node = await openStreamNode(sample);
  const { tail } = node;

  for (let round = 1; round <= 40; round++) {
    await node.feed(sampleAppend('a', 1 + (round % 7)));
    const { head } = tail;
    const kept = range(1, head).filter((behind) => tail.since(head - behind, 1) !== null).length;
    expect(kept).toBeGreaterThanOrEqual(Math.min(head, SMALL.capacity));
    expect(kept).toBeLessThanOrEqual(2 * SMALL.capacity + SMALL.batch);
    const newest = tail.since(head - kept, 1_000) ?? [];
    expect(newest.map((event) => event.position)).toEqual(range(head - kept + 1, head));
  }

  expect(tail.head).toBeGreaterThan(100);
  expect(tail.since(tail.head, 10)).toEqual([]);
  expect(tail.since(tail.head + 5, 10)).toEqual([]);
});
