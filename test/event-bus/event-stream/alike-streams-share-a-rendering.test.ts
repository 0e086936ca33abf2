import { expect, test } from 'vitest';
import type { EventRendering } from '../../../src/event-bus/event-sink.ts';
import type { StoredEvent } from '../../../src/event-store/domain-event.ts';
import { openSampleDatabase } from '../../event-store/sample-database.ts';
import { sampleAppend } from '../../event-store/sample-events.ts';
import { waitFor } from '../../support/wait-for.ts';
import { openStreamNode, positionsOf, range, SampleStream } from '../sample-stream.ts';

class CountingRendering implements EventRendering {
  readonly key: string;
  readonly rendered: number[] = [];

  constructor(key: string) {
    this.key = key;
  }

  render(event: StoredEvent): string {
    this.rendered.push(event.position);
    return JSON.stringify(event);
  }
}

test('an event is rendered once for all streams that show it alike, whatever they filter, and not at all for nobody', async () => {
  await using sample = await openSampleDatabase();
  await using node = await openStreamNode(sample, { capacity: 100, batch: 100 });
  await using cleanup = new AsyncDisposableStack();
  const alike = new CountingRendering('alike');
  const other = new CountingRendering('other');
  const open = (rendering: EventRendering, aggregateId?: string): SampleStream => {
    const authorize = async () => (aggregateId === undefined ? {} : { aggregateId });
    return cleanup.use(new SampleStream(node, { rendering, audience: { authorize, aggregates: [] } }));
  };
  const all = [1, 2, 3].map(() => open(alike));
  const onlyA = [1, 2, 3].map(() => open(alike, 'a'));
  const onlyB = open(other, 'b');
  open(other, 'c');
  await waitFor(() => node.streams.hub.size === 8, { describe: 'all streams to be live' });

  await node.feed(sampleAppend('a', 3), sampleAppend('b', 2));

  for (const stream of all) expect(positionsOf(await stream.take(5))).toEqual(range(1, 5));
  for (const stream of onlyA) expect(positionsOf(await stream.take(3))).toHaveLength(3);
  expect((await onlyB.take(2)).map(({ event }) => event.aggregateId)).toEqual(['b', 'b']);
  expect(alike.rendered.toSorted((a, b) => a - b)).toEqual(range(1, 5));
  expect(other.rendered).toHaveLength(2);
});

test('an event that must be rendered for each viewer is, in its place among the others', async () => {
  await using sample = await openSampleDatabase();
  await using node = await openStreamNode(sample, { capacity: 100, batch: 100 });
  const rendering: EventRendering = {
    key: 'mostly',
    render: (event) => (event.aggregateId === 'personal' ? null : JSON.stringify(event)),
  };
  await using first = new SampleStream(node, { rendering });
  await using second = new SampleStream(node, { rendering });
  await using never = new SampleStream(node, { rendering: null });
  await waitFor(() => node.streams.hub.size === 2 && never.places.length === 1, { describe: 'all to have caught up' });

  await node.feed(sampleAppend('a', 2));
  await node.feed(sampleAppend('personal', 1), sampleAppend('z', 2));
  await node.feed(sampleAppend('a', 1));

  for (const stream of [first, second, never]) expect(positionsOf(await stream.take(6))).toEqual(range(1, 6));
  expect([first.alone, second.alone, never.alone]).toEqual([1, 1, 6]);
  await first.untilLive();
  expect(never.stream.isLive).toBe(false);
});

test('a sink that fails ends its own stream and no other', async () => {
  await using sample = await openSampleDatabase();
  await using node = await openStreamNode(sample);
  await using broken = new SampleStream(node);
  await using sound = new SampleStream(node);
  await waitFor(() => node.streams.hub.size === 2, { describe: 'both to be live' });
  broken.send = () => {
    throw new TypeError('Broken.');
  };

  await node.feed(sampleAppend('a', 3));

  expect(positionsOf(await sound.take(3))).toEqual([1, 2, 3]);
  expect(await broken.ended).toMatchObject({ message: 'Broken.' });
});
