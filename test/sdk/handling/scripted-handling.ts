import type { StreamedEvent } from '../../../sdk/src/domain-event.ts';
import { EventHandling, type HandlingSpec } from '../../../sdk/src/event-handling.ts';
import type { Step } from '../../../sdk/src/event-stream.ts';
import { memoryStore, type ValueStore } from '../../../sdk/src/value-store.ts';

/** An event of an aggregate; its cursor is its place in the stream. */
function event(place: number, aggregateId: string): StreamedEvent {
  return {
    id: `event-${place}`,
    cursor: `cursor-${place}`,
    type: 'UNRECOGNIZED',
    unrecognizedType: 'SOMETHING_HAPPENED',
    aggregateType: 'Thing',
    aggregateId,
    version: 1,
    schemaVersion: 1,
    data: {},
    metadata: {
      timestamp: '2026-11-26T12:00:00.000Z',
      userId: null,
      correlationId: 'correlation',
      causationId: null,
      ipAddress: null,
      userAgent: null,
    },
  };
}

/** One event of each aggregate named, in that order. */
export function eventsOf(...aggregateIds: readonly string[]): StreamedEvent[] {
  return aggregateIds.map((aggregateId, index) => event(index + 1, aggregateId));
}

/** A store that keeps every cursor it was ever given. */
export function recordingStore(): ValueStore & { readonly written: string[] } {
  const store = memoryStore();
  const written: string[] = [];
  return {
    ...store,
    written,
    set: async (cursor) => {
      written.push(cursor ?? 'none');
      await store.set(cursor);
    },
  };
}

/** Handles the events, then waits like a quiet stream until it is stopped. */
export function handle(
  events: readonly StreamedEvent[],
  spec: Partial<HandlingSpec> & Pick<HandlingSpec, 'handler'>,
): { readonly running: Promise<void>; readonly taken: StreamedEvent[]; readonly stop: () => Promise<void> } {
  const stopping = new AbortController();
  const handling = new EventHandling({
    store: memoryStore(),
    concurrency: 8,
    maxInFlight: 100,
    maxAttempts: 3,
    backOff: { baseMs: 1, maxMs: 2 },
    onFailure: 'stop',
    signals: [stopping.signal],
    ...spec,
  });
  const taken: StreamedEvent[] = [];
  const running = handling.run(stream(events, taken, handling.signal));
  // A failure is looked at when the test is ready for it.
  running.catch(() => undefined);
  return {
    running,
    taken,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

async function* stream(
  events: readonly StreamedEvent[],
  taken: StreamedEvent[],
  signal: AbortSignal,
): AsyncGenerator<Step, void, undefined> {
  for (const event of events) {
    if (signal.aborted) return;
    taken.push(event);
    yield { kind: 'event', event };
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) return;
  signal.addEventListener('abort', () => resolve());
  await promise;
}
