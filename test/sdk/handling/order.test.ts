import { expect, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { eventsOf, handle } from './scripted-handling.ts';

test('events of one aggregate follow each other, those of others run beside them, up to the limit', async () => {
  const events = eventsOf('a', 'a', 'b', 'a', 'c', 'b', 'd', 'e', 'a', 'f', 'c', 'e');
  const running = new Map<string, number>();
  const handled: string[] = [];
  let most = 0;
  const releases: (() => void)[] = [];
  const { stop } = handle(events, {
    concurrency: 3,
    handler: async ({ aggregateId, id }) => {
      running.set(aggregateId, (running.get(aggregateId) ?? 0) + 1);
      expect(running.get(aggregateId)).toBe(1);
      most = Math.max(
        most,
        [...running.values()].reduce((sum, count) => sum + count),
      );
      const { promise, resolve } = Promise.withResolvers<void>();
      releases.push(resolve);
      await promise;
      running.set(aggregateId, 0);
      handled.push(id);
    },
  });
  await waitFor(() => releases.length === 3, { describe: 'three handlers' });
  while (handled.length < events.length) {
    // The youngest first, so that nothing finishes in its order by chance.
    releases.pop()?.();
    await waitFor(() => releases.length > 0 || handled.length === events.length, { describe: 'the next handler' });
  }
  await stop();
  expect(most).toBe(3);
  for (const aggregateId of new Set(events.map((event) => event.aggregateId))) {
    const ids = events.filter((event) => event.aggregateId === aggregateId).map(({ id }) => id);
    expect(handled.filter((id) => ids.includes(id))).toEqual(ids);
  }
});

test('with a concurrency of one the order is that of the stream, through retries too', async () => {
  const events = eventsOf('a', 'b', 'a', 'c');
  const attempts: string[] = [];
  const { stop } = handle(events, {
    concurrency: 1,
    handler: ({ id }, { attempt }) => {
      attempts.push(`${id}/${attempt}`);
      if (id === 'event-2' && attempt < 3) throw new Error('Not yet.');
    },
  });
  await waitFor(() => attempts.length === 6, { describe: 'all attempts' });
  await stop();
  expect(attempts).toEqual(['event-1/1', 'event-2/1', 'event-2/2', 'event-2/3', 'event-3/1', 'event-4/1']);
});
