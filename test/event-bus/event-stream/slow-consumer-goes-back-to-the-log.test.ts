import { expect, test } from 'vitest';
import { openSampleDatabase } from '../../event-store/sample-database.ts';
import { sampleAppend } from '../../event-store/sample-events.ts';
import { openStream, openTail, positionsOf, range, take } from '../sample-stream.ts';

test('a consumer that falls out of the ring goes on from the log and then lives again', async () => {
  await using sample = await openSampleDatabase();
  const { tail, feed } = await openTail(sample);
  const stream = openStream(sample, tail, { after: 0 });
  await feed(sampleAppend('a', 3));
  const seen = positionsOf(await take(stream, 2));

  // Asleep in the middle of a page; the ring moves on without it.
  await feed(sampleAppend('a', 100));
  expect(tail.since(2, 1)).toBeNull();
  const behind = await take(stream, 60);
  seen.push(...positionsOf(behind));
  expect(behind.every((item) => !item.caughtUp)).toBe(true);

  // And again, while it reads the log.
  await feed(sampleAppend('a', 100));
  const last = await take(stream, 203 - seen.length);
  seen.push(...positionsOf(last));
  expect(last.at(-1)).toMatchObject({ head: 203, caughtUp: true });

  const waiting = take(stream, 2);
  await feed(sampleAppend('a', 2));
  seen.push(...positionsOf(await waiting));
  expect(seen).toEqual(range(1, 205));
});
