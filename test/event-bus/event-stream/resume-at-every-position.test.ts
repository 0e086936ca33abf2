import { expect, test } from 'vitest';
import { LogTail } from '../../../src/event-bus/log-tail.ts';
import { decodeCursor, encodeCursor } from '../../../src/event-store/cursor.ts';
import { openNode, openSampleDatabase, postgresConfig } from '../../event-store/sample-database.ts';
import { append, sampleAppend } from '../../event-store/sample-events.ts';
import { waitFor } from '../../support/wait-for.ts';
import { openStream, positionsOf, range, SMALL, startRelay, take } from '../sample-stream.ts';

const WRITERS = 8;
const ROUNDS = 12;
const TOTAL = WRITERS * ROUNDS * 2;

test('a stream resumed at any position while others write misses nothing and repeats nothing', async () => {
  await using sample = await openSampleDatabase();
  await using writersNode = await openNode(postgresConfig(sample.url, WRITERS));
  const tail = new LogTail(sample.log, SMALL);
  await tail.start();
  await using _relay = startRelay(sample, tail);

  const writing = Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      for (let round = 0; round < ROUNDS; round++) {
        await append(writersNode.database.sql, sampleAppend(`own ${writer}`), sampleAppend(`shared ${round % 3}`));
      }
    }),
  );
  // One subscriber per position, each joining as soon as the log reaches it.
  const subscribers = range(0, TOTAL).map(async (after) => {
    await waitFor(() => tail.head >= after, { describe: `position ${after}`, timeoutMs: 25_000 });
    return positionsOf(await take(openStream(sample, tail, { after }), TOTAL - after));
  });
  // And one that is cut off again and again, and goes on with the cursor it saw last.
  const restless = (async () => {
    const seen: number[] = [];
    for (let cursor = encodeCursor(0); seen.length < TOTAL; cursor = encodeCursor(seen.at(-1) ?? 0)) {
      const left = TOTAL - seen.length;
      const items = await take(
        openStream(sample, tail, { after: decodeCursor(cursor) }),
        Math.min(left, 1 + (seen.length % 5)),
      );
      seen.push(...positionsOf(items));
    }
    return seen;
  })();
  await writing;

  for (const [after, positions] of (await Promise.all(subscribers)).entries()) {
    expect(positions).toEqual(range(after + 1, TOTAL));
  }
  expect(await restless).toEqual(range(1, TOTAL));
});

test('what a stream delivers is what the log holds', async () => {
  await using sample = await openSampleDatabase();
  const tail = new LogTail(sample.log, SMALL);
  await tail.start();
  await using _relay = startRelay(sample, tail);
  const live = take(openStream(sample, tail, { after: null }), 30);
  await append(sample.database.sql, sampleAppend('a', 30));

  const events = (await live).map((item) => item.event);

  expect(events).toEqual(await sample.log.read({ limit: 100 }));
  expect((await take(openStream(sample, tail, { after: 0 }), 30)).map((item) => item.event)).toEqual(events);
});
