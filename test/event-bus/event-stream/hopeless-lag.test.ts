import { expect, test } from 'vitest';
import { encodeCursor } from '../../../src/event-store/cursor.ts';
import { openSampleDatabase } from '../../event-store/sample-database.ts';
import { largeAppend, openStreamNode, positionsOf, range, SampleStream } from '../sample-stream.ts';

test('a client that takes nothing is given up, and told where to resume', async () => {
  await using sample = await openSampleDatabase();
  await using node = await openStreamNode(sample, { lagMs: 100 });
  await using stalled = new SampleStream(node, { capacity: 1 });
  await stalled.untilLive();
  await node.feed(largeAppend('a', 4));

  expect(await stalled.ended).toMatchObject({ code: 'STREAM_LAGGING' });
  const sent = await stalled.take(4);
  expect(sent.length).toBeGreaterThan(0);
  expect(await stalled.ended).toMatchObject({ details: { resumeAfter: encodeCursor(sent.length) } });

  await using resumed = new SampleStream(node, { after: sent.length });
  expect(positionsOf(await resumed.take(4 - sent.length))).toEqual(range(sent.length + 1, 4));
});
