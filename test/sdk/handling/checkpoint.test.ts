import { setImmediate, setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { eventsOf, handle, recordingStore } from './scripted-handling.ts';

test('the stored cursor passes an event only when all before it are done', async () => {
  const store = recordingStore();
  const finish = new Map<string, () => void>();
  const { stop } = handle(eventsOf('a', 'b', 'c', 'd'), {
    store,
    handler: ({ id }) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      finish.set(id, resolve);
      return promise;
    },
  });
  await waitFor(() => finish.size === 4, { describe: 'all handlers' });
  finish.get('event-3')?.();
  finish.get('event-2')?.();
  finish.get('event-4')?.();
  await waitFor(async () => (await store.get()) === null, { describe: 'nothing' });
  finish.get('event-1')?.();
  await waitFor(async () => (await store.get()) === 'cursor-4', { describe: 'the last cursor' });
  await stop();
  expect(store.written).toEqual(['cursor-4']);
});

test('stopping waits for what is under way, stores how far that got, and begins nothing more', async () => {
  const store = recordingStore();
  const finish = new Map<string, () => void>();
  const { stop } = handle(eventsOf('a', 'a', 'b'), {
    store,
    concurrency: 2,
    handler: ({ id }, { signal }) => {
      expect(signal.aborted).toBe(false);
      const { promise, resolve } = Promise.withResolvers<void>();
      finish.set(id, resolve);
      return promise;
    },
  });
  await waitFor(() => finish.size === 2, { describe: 'two handlers' });
  const stopped = stop();
  finish.get('event-3')?.();
  finish.get('event-1')?.();
  await stopped;
  expect([...finish.keys()]).toEqual(['event-1', 'event-3']);
  expect(await store.get()).toBe('cursor-1');
});

test('an event whose handler gave up when it was told to stop is not done', async () => {
  const store = recordingStore();
  const begun: string[] = [];
  const { stop } = handle(eventsOf('a', 'b'), {
    store,
    concurrency: 1,
    handler: async ({ id }, { signal }) => {
      begun.push(id);
      if (id === 'event-2') await setTimeout(60_000, undefined, { signal });
    },
  });
  await waitFor(() => begun.length === 2, { describe: 'the second event' });
  await stop();
  expect(await store.get()).toBe('cursor-1');
});

test('no more is taken than may be under way, and what is done behind an open event counts', async () => {
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
  const handled: string[] = [];
  const { taken, stop } = handle(eventsOf('a', ...Array.from({ length: 50 }, (_none, index) => `other-${index}`)), {
    maxInFlight: 10,
    handler: ({ id }) => {
      handled.push(id);
      return id === 'event-1' ? finished : undefined;
    },
  });
  await waitFor(() => handled.length === 10, { describe: 'ten events' });
  expect(taken).toHaveLength(10);
  finish();
  await waitFor(() => handled.length === 51, { describe: 'the others' });
  await stop();
});

test('a store that fails stops the handling', async () => {
  const failure = new Error('The disk is full.');
  const { running } = handle(eventsOf('a', 'b', 'c'), {
    store: { get: () => null, set: () => Promise.reject(failure) },
    handler: () => setImmediate(),
  });
  await expect(running).rejects.toBe(failure);
});
