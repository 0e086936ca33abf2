import { expect, test } from 'vitest';
import { decodeCursor, encodeCursor } from '../../../src/event-store/cursor.ts';
import { openNode, openSampleDatabase, postgresConfig } from '../../event-store/sample-database.ts';
import { append, sampleAppend } from '../../event-store/sample-events.ts';
import { waitFor } from '../../support/wait-for.ts';
import { openStreamNode, positionsOf, range, SampleStream, startRelay } from '../sample-stream.ts';

const WRITERS = 8;
const ROUNDS = 12;
const TOTAL = WRITERS * ROUNDS * 2;

test('a stream resumed at any position while others write misses nothing and repeats nothing', async () => {
  await using sample = await openSampleDatabase();
  await using writersNode = await openNode(postgresConfig(sample.url, WRITERS));
  await using node = await openStreamNode(sample);
  await using _relay = startRelay(sample, node.tail);

  const writing = Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      for (let round = 0; round < ROUNDS; round++) {
        await append(writersNode.database.sql, sampleAppend(`own ${writer}`), sampleAppend(`shared ${round % 3}`));
      }
    }),
  );
  // One subscriber per position, each joining as soon as the log reaches it.
  const subscribers = range(0, TOTAL).map(async (after) => {
    await waitFor(() => node.tail.head >= after, { describe: `position ${after}`, timeoutMs: 25_000 });
    await using stream = new SampleStream(node, { after });
    return positionsOf(await stream.take(TOTAL - after));
  });
  // And one that is cut off again and again, and goes on with the cursor it saw last.
  const restless = (async () => {
    const seen: number[] = [];
    for (let cursor = encodeCursor(0); seen.length < TOTAL; cursor = encodeCursor(seen.at(-1) ?? 0)) {
      await using stream = new SampleStream(node, { after: decodeCursor(cursor) });
      seen.push(...positionsOf(await stream.take(Math.min(TOTAL - seen.length, 1 + (seen.length % 5)))));
    }
    return seen;
  })();
  await writing;

  for (const [after, positions] of (await Promise.all(subscribers)).entries()) {
    expect(positions).toEqual(range(after + 1, TOTAL));
  }
  expect(await restless).toEqual(range(1, TOTAL));
});

test('what a stream delivers is what the log holds, live and afterwards', async () => {
  await using sample = await openSampleDatabase();
  await using node = await openStreamNode(sample);
  await using _relay = startRelay(sample, node.tail);
  await using live = new SampleStream(node);
  await live.untilLive();
  await append(sample.database.sql, sampleAppend('a', 30));

  const events = (await live.take(30)).map((item) => item.event);

  expect(events).toEqual(await sample.log.read({ limit: 100 }));
  await using later = new SampleStream(node, { after: 0 });
  expect((await later.take(30)).map((item) => item.event)).toEqual(events);
});
