import { expect, test } from 'vitest';
import { appendEvents } from '../../../src/event-store/append-events.ts';
import { decodeCursor } from '../../../src/event-store/cursor.ts';
import type { RequestError } from '../../../src/errors.ts';
import { openSampleDatabase } from '../../event-store/sample-database.ts';
import { sampleAppend, sampleContext, sampleEvent } from '../../event-store/sample-events.ts';
import { openStream, openTail, positionsOf, take } from '../sample-stream.ts';

test('a cursor beyond the end of the log is refused, with the end to resume from', async () => {
  await using sample = await openSampleDatabase();
  const { tail, feed } = await openTail(sample);
  await feed(sampleAppend('a', 5));

  const refused = await refusalOf(openStream(sample, tail, { after: 6 }));

  expect(refused.code).toBe('CURSOR_IN_FUTURE');
  const resumed = openStream(sample, tail, { after: resumeAfter(refused) });
  const waiting = take(resumed, 1);
  await feed(sampleAppend('a', 1));
  expect(positionsOf(await waiting)).toEqual([6]);
});

test('a cursor that this node has not read up to yet is not beyond the end', async () => {
  await using sample = await openSampleDatabase();
  const behind = await openTail(sample);
  const ahead = await openTail(sample);
  await ahead.feed(sampleAppend('a', 5));
  expect(behind.tail.head).toBe(0);

  const waiting = take(openStream(sample, behind.tail, { after: 4 }), 2);
  await behind.feed(sampleAppend('a', 1));

  expect(positionsOf(await waiting)).toEqual([5, 6]);
});

test('a cursor whose events are no longer kept is refused, with the first place to resume from', async () => {
  await using sample = await openSampleDatabase();
  const { sql } = sample.database;
  const { tail, feed } = await openTail(sample);
  const before = new Date();
  before.setUTCMonth(before.getUTCMonth(), 0);
  const old = Array.from({ length: 3 }, (_, index) => sampleEvent({ id: idIn(before, index) }));
  await appendEvents(sql, [{ ...sampleAppend('a'), events: old }], sampleContext());
  await feed(sampleAppend('a', 4));
  const month = before.toISOString().slice(0, 7).replace('-', 'm');
  for (const table of ['event', 'event_position'])
    await sql(`alter table ${table} detach partition ${table}_y${month}`);

  for (const after of [0, 2]) {
    const refused = await refusalOf(openStream(sample, tail, { after }));
    expect(refused.code).toBe('CURSOR_EXPIRED');
    expect(resumeAfter(refused)).toBe(3);
  }
  expect(positionsOf(await take(openStream(sample, tail, { after: 3 }), 4))).toEqual([4, 5, 6, 7]);
});

async function refusalOf(stream: ReturnType<typeof openStream>): Promise<RequestError> {
  return stream.next().then(
    () => {
      throw new Error('The stream began.');
    },
    (error: RequestError) => error,
  );
}

function resumeAfter(refused: RequestError): number {
  return decodeCursor(String(refused.details['resumeAfter']));
}

function idIn(month: Date, index: number): string {
  const hex = month.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-00000000000${index}`;
}
