import { expect, test } from 'vitest';
import { RequestError } from '../../../src/errors.ts';
import type { StreamAudience } from '../../../src/event-bus/event-stream.ts';
import type { EventFilter } from '../../../src/event-store/event-filter.ts';
import { openSampleDatabase } from '../../event-store/sample-database.ts';
import { sampleAppend } from '../../event-store/sample-events.ts';
import { openStream, openTail, positionsOf, range, take } from '../sample-stream.ts';

/** Whoever listens may see what `allowed` says; events of the stream `rights` may change it. */
function audienceOf(rights: { allowed: EventFilter | null }): StreamAudience {
  return {
    async authorize() {
      if (rights.allowed === null) throw new RequestError('FORBIDDEN', 'You may not listen any more.');
      return rights.allowed;
    },
    isConcernedBy: (event) => event.aggregateId === 'rights',
  };
}

test('an event that concerns the audience narrows or widens the stream from that event on', async () => {
  await using sample = await openSampleDatabase();
  const { tail, feed } = await openTail(sample, { capacity: 100, batch: 100 });
  const rights: { allowed: EventFilter | null } = { allowed: {} };
  const stream = openStream(sample, tail, { after: null, audience: audienceOf(rights) });
  const first = take(stream, 2);
  await feed(sampleAppend('a'));
  await feed(sampleAppend('b'));
  expect(positionsOf(await first)).toEqual([1, 2]);

  rights.allowed = { aggregateId: 'b' };
  await feed(sampleAppend('rights'), sampleAppend('a'));
  await feed(sampleAppend('a', 20));
  await feed(sampleAppend('b'));
  expect(positionsOf(await take(stream, 1))).toEqual([25]);

  rights.allowed = {};
  await feed(sampleAppend('rights'));
  await feed(sampleAppend('a'));
  expect(positionsOf(await take(stream, 2))).toEqual([26, 27]);
});

test('an event that does not concern the audience does not ask again', async () => {
  await using sample = await openSampleDatabase();
  const { tail, feed } = await openTail(sample, { capacity: 100, batch: 100 });
  let asked = 0;
  const audience: StreamAudience = {
    authorize: async () => {
      asked++;
      return {};
    },
    isConcernedBy: (event) => event.aggregateId === 'rights',
  };
  const stream = openStream(sample, tail, { after: null, audience });
  const items = take(stream, 31);
  await feed(sampleAppend('a', 30));
  await feed(sampleAppend('rights'));

  expect(positionsOf(await items)).toEqual(range(1, 31));
  expect(asked).toBe(2);
});

test('who may not listen any more gets the refusal, live and in the middle of the backlog', async () => {
  await using sample = await openSampleDatabase();
  const { tail, feed } = await openTail(sample);
  await feed(sampleAppend('a', 100));
  const rights: { allowed: EventFilter | null } = { allowed: {} };
  const live = openStream(sample, tail, { after: 99, audience: audienceOf(rights) });
  const backlog = openStream(sample, tail, { after: 0, audience: audienceOf(rights) });
  expect(positionsOf(await take(live, 1))).toEqual([100]);
  expect(positionsOf(await take(backlog, 4))).toEqual([1, 2, 3, 4]);

  rights.allowed = null;
  const next = live.next();
  await Promise.all([feed(sampleAppend('rights')), expect(next).rejects.toThrow('You may not listen any more.')]);
  await expect(backlog.next()).rejects.toThrow('You may not listen any more.');
  expect(await live.next()).toEqual({ done: true, value: undefined });
  expect(await backlog.next()).toEqual({ done: true, value: undefined });
});

test('a stream that is refused at its start gives no event', async () => {
  await using sample = await openSampleDatabase();
  const { tail, feed } = await openTail(sample);
  await feed(sampleAppend('a', 3));

  const stream = openStream(sample, tail, { after: 0, audience: audienceOf({ allowed: null }) });

  await expect(stream.next()).rejects.toMatchObject({ code: 'FORBIDDEN' });
});
