import { expect, test } from 'vitest';
import { RequestError } from '../../../src/errors.ts';
import type { StreamAudience } from '../../../src/event-bus/event-stream.ts';
import { encodeCursor } from '../../../src/event-store/cursor.ts';
import type { EventFilter } from '../../../src/event-store/event-filter.ts';
import { openSampleDatabase } from '../../event-store/sample-database.ts';
import { sampleAppend } from '../../event-store/sample-events.ts';
import { largeAppend, openStreamNode, positionsOf, range, SampleStream } from '../sample-stream.ts';

/** Whoever listens may see what `allowed` says; events of the shelf `rights` may change it. */
class Rights implements StreamAudience {
  allowed: EventFilter | null;
  asked = 0;
  readonly aggregates = [{ type: 'Shelf', id: 'rights' }];

  constructor(allowed: EventFilter | null) {
    this.allowed = allowed;
  }

  async authorize(): Promise<EventFilter> {
    this.asked++;
    if (this.allowed === null) throw new RequestError('FORBIDDEN', 'You may not listen any more.');
    return this.allowed;
  }
}

test('an event that concerns the audience narrows or widens the stream from that event on', async () => {
  await using sample = await openSampleDatabase();
  await using node = await openStreamNode(sample, { capacity: 100, batch: 100 });
  const rights = new Rights({});
  await using stream = new SampleStream(node, { audience: rights });
  await stream.untilLive();
  await node.feed(sampleAppend('a'));
  await node.feed(sampleAppend('b'));
  expect(positionsOf(await stream.take(2))).toEqual([1, 2]);

  rights.allowed = { aggregateId: 'b' };
  await node.feed(sampleAppend('rights'), sampleAppend('a'));
  await node.feed(sampleAppend('a', 20));
  await node.feed(sampleAppend('b'));
  expect(positionsOf(await stream.take(1))).toEqual([25]);

  rights.allowed = {};
  await node.feed(sampleAppend('rights'));
  await node.feed(sampleAppend('a'));
  expect(positionsOf(await stream.take(2))).toEqual([26, 27]);
});

test('an event that does not concern the audience does not ask again', async () => {
  await using sample = await openSampleDatabase();
  await using node = await openStreamNode(sample, { capacity: 100, batch: 100 });
  const rights = new Rights({});
  await using stream = new SampleStream(node, { audience: rights });
  await stream.untilLive();
  await node.feed(sampleAppend('a', 30));
  expect(positionsOf(await stream.take(30))).toEqual(range(1, 30));
  expect(rights.asked).toBe(1);

  await node.feed(sampleAppend('rights'));
  expect(positionsOf(await stream.take(1))).toEqual([31]);
  expect(rights.asked).toBe(2);
});

test('who may not listen any more gets the refusal and where to resume, live, quiet and in the middle of the backlog', async () => {
  await using sample = await openSampleDatabase();
  await using node = await openStreamNode(sample);
  await node.feed(largeAppend('a', 10));
  const rights = new Rights({});
  await using live = new SampleStream(node, { audience: rights });
  await using backlog = new SampleStream(node, { after: 0, audience: rights, capacity: 1 });
  await live.untilLive();
  expect(positionsOf(await backlog.take(1))).toEqual([1]);

  rights.allowed = null;
  await node.feed(sampleAppend('rights'));

  expect(await live.ended).toMatchObject({ code: 'FORBIDDEN', details: { resumeAfter: encodeCursor(10) } });
  expect(await backlog.ended).toMatchObject({ code: 'FORBIDDEN' });
  expect(await live.take(1)).toEqual([]);
  expect(backlog.largestBuffer).toBe(1);
});

test('a stream that is refused at its start gives no event', async () => {
  await using sample = await openSampleDatabase();
  await using node = await openStreamNode(sample);
  await node.feed(sampleAppend('a', 3));

  await using stream = new SampleStream(node, { after: 0, audience: new Rights(null) });

  expect(await stream.ended).toMatchObject({ code: 'FORBIDDEN' });
  expect(stream.largestBuffer).toBe(0);
});
