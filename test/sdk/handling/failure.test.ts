import { expect, test } from 'vitest';
import { EventHandling } from '../../../sdk/src/event-handling.ts';
import { HandlerError } from '../../../sdk/src/index.ts';
import { waitFor } from '../../support/wait-for.ts';
import { eventsOf, handle, recordingStore } from './scripted-handling.ts';

const cause = new Error('The other side is broken.');

function failFor(failing: string, handled: string[]) {
  return ({ id }: { readonly id: string }): void => {
    handled.push(id);
    if (id === failing) throw cause;
  };
}

test('by default an event that fails each time stops the handling before it', async () => {
  const store = recordingStore();
  const handled: string[] = [];
  const { running } = handle(eventsOf('a', 'b', 'b', 'c'), {
    store,
    concurrency: 1,
    handler: failFor('event-2', handled),
  });
  const error = await running.catch((error: unknown) => error);
  expect(error).toBeInstanceOf(HandlerError);
  expect(error).toMatchObject({ event: { id: 'event-2' }, cause });
  expect(handled).toEqual(['event-1', 'event-2', 'event-2', 'event-2']);
  expect(await store.get()).toBe('cursor-1');
});

test('others go on while an event is tried again, but none of its aggregate', async () => {
  const handled: string[] = [];
  const { running } = handle(eventsOf('a', 'a', 'b', 'c'), {
    backOff: { baseMs: 20, maxMs: 20 },
    handler: failFor('event-1', handled),
  });
  await expect(running).rejects.toBeInstanceOf(HandlerError);
  expect(handled).toEqual(['event-1', 'event-3', 'event-4', 'event-1', 'event-1']);
});

test('`skip` counts it as done', async () => {
  const store = recordingStore();
  const handled: string[] = [];
  const { stop } = handle(eventsOf('a', 'a', 'b'), {
    store,
    maxAttempts: 2,
    onFailure: 'skip',
    handler: failFor('event-1', handled),
  });
  await waitFor(async () => (await store.get()) === 'cursor-3', { describe: 'the last cursor' });
  await stop();
  expect(handled.filter((id) => id === 'event-1')).toHaveLength(2);
});

test('a function decides for each event, and may fail itself', async () => {
  const store = recordingStore();
  const decisions: unknown[] = [];
  const { running } = handle(eventsOf('a', 'b'), {
    store,
    concurrency: 1,
    maxAttempts: 1,
    onFailure: ({ id }, error) => {
      decisions.push([id, error]);
      if (id === 'event-2') throw new Error('Nobody knows.');
      return 'skip';
    },
    handler: () => {
      throw cause;
    },
  });
  await expect(running).rejects.toThrow('Nobody knows.');
  expect(decisions).toEqual([
    ['event-1', cause],
    ['event-2', cause],
  ]);
  expect(await store.get()).toBe('cursor-1');
});

test('a stream that fails lets what is under way finish, and fails the handling', async () => {
  const store = recordingStore();
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
  const handling = new EventHandling({
    store,
    handler: () => finished,
    concurrency: 1,
    maxInFlight: 10,
    maxAttempts: 1,
    backOff: { baseMs: 1, maxMs: 1 },
    onFailure: 'stop',
    signals: [],
  });
  const running = handling.run(
    (async function* () {
      yield { kind: 'event' as const, event: eventsOf('a')[0] ?? expect.fail() };
      throw cause;
    })(),
  );
  await waitFor(() => handling.signal.aborted, { describe: 'the failure' });
  finish();
  await expect(running).rejects.toBe(cause);
  expect(await store.get()).toBe('cursor-1');
});
