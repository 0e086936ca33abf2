import { expect, test } from 'vitest';
import type { RequestError } from '../../../src/errors.ts';
import type { Sql } from '../../../src/database/sql.ts';
import { appendEvents } from '../../../src/event-store/append-events.ts';
import { decodeCursor } from '../../../src/event-store/cursor.ts';
import { openSampleDatabase } from '../../event-store/sample-database.ts';
import { sampleAppend, sampleContext, sampleEvent } from '../../event-store/sample-events.ts';
import { openStreamNode, positionsOf, SampleStream, type StreamNode } from '../sample-stream.ts';

test('a cursor beyond the end of the log is refused, with the end to resume from', async () => {
  await using sample = await openSampleDatabase();
  await using node = await openStreamNode(sample);
  await node.feed(sampleAppend('a', 5));

  await using early = new SampleStream(node, { after: 6 });

  const refused = await refusalOf(early);
  expect(refused.code).toBe('CURSOR_IN_FUTURE');
  await using resumed = new SampleStream(node, { after: resumeAfter(refused) });
  await node.feed(sampleAppend('a', 1));
  expect(positionsOf(await resumed.take(1))).toEqual([6]);
});

test('a cursor that this node has not read up to yet is not beyond the end', async () => {
  await using sample = await openSampleDatabase();
  await using behind = await openStreamNode(sample);
  await using ahead = await openStreamNode(sample);
  await ahead.feed(sampleAppend('a', 5));
  expect(behind.tail.head).toBe(0);

  await using stream = new SampleStream(behind, { after: 4 });
  await behind.feed(sampleAppend('a', 1));

  expect(positionsOf(await stream.take(2))).toEqual([5, 6]);
});

test('a cursor whose events are no longer kept is refused, with the first place to resume from', async () => {
  await using sample = await openSampleDatabase();
  await using node = await openStreamNode(sample);
  const forget = await feedOldEvents(sample.database.sql, node);
  await node.feed(sampleAppend('a', 20));
  await forget();

  for (const after of [0, 2]) {
    await using stream = new SampleStream(node, { after });
    const refused = await refusalOf(stream);
    expect(refused.code).toBe('CURSOR_EXPIRED');
    expect(resumeAfter(refused)).toBe(3);
  }
  await using resumed = new SampleStream(node, { after: 3 });
  expect(positionsOf(await resumed.take(4))).toEqual([4, 5, 6, 7]);
});

test('a stream whose next events are taken by retention while it is behind ends with the same', async () => {
  await using sample = await openSampleDatabase();
  await using node = await openStreamNode(sample);
  const forget = await feedOldEvents(sample.database.sql, node);
  await node.feed(sampleAppend('a', 20));
  const holding = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  // Held between the check of its cursor and its first page.
  const audience = {
    aggregates: [],
    authorize: async () => {
      begun.resolve();
      await holding.promise;
      return {};
    },
  };
  await using stream = new SampleStream(node, { after: 1, audience });
  await begun.promise;
  await forget();
  holding.resolve();

  const refused = await refusalOf(stream);
  expect(refused.code).toBe('CURSOR_EXPIRED');
  expect(resumeAfter(refused)).toBe(3);
  expect(stream.largestBuffer).toBe(0);
});

/** Three events of last month; what it returns takes that month away. */
async function feedOldEvents(sql: Sql, node: StreamNode): Promise<() => Promise<void>> {
  const before = new Date();
  before.setUTCMonth(before.getUTCMonth(), 0);
  const old = Array.from({ length: 3 }, (_, index) => sampleEvent({ id: idIn(before, index) }));
  await appendEvents(sql, [{ ...sampleAppend('a'), events: old }], sampleContext());
  await node.feed();
  const month = before.toISOString().slice(0, 7).replace('-', 'm');
  return async () => {
    for (const table of ['event', 'event_position'])
      await sql(`alter table ${table} detach partition ${table}_y${month}`);
  };
}

async function refusalOf(stream: SampleStream): Promise<RequestError> {
  const ended = await stream.ended;
  if (ended === null) throw new Error('The stream was closed.');
  return ended as RequestError;
}

function resumeAfter(refused: RequestError): number {
  return decodeCursor(String(refused.details['resumeAfter']));
}

function idIn(month: Date, index: number): string {
  const hex = month.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-00000000000${index}`;
}
