import { v7 } from 'uuid';
import type { Sql } from '../../src/database/sql.ts';
import { appendEvents, type StreamAppend } from '../../src/event-store/append-events.ts';
import type { NewEvent, RecordedEvent } from '../../src/event-store/domain-event.ts';
import type { EventContext } from '../../src/event-store/event-context.ts';
import { nobody } from './sample-database.ts';

export function sampleEvent(overrides: Partial<NewEvent> = {}): NewEvent {
  return {
    id: v7(),
    type: 'SHELF_FILLED',
    schemaVersion: 1,
    aggregateType: 'Shelf',
    aggregateId: 'a',
    subjectId: null,
    data: { note: 'sample' },
    ...overrides,
  };
}

/** `count` new events for the shelf with this id. */
export function sampleAppend(
  aggregateId: string,
  count = 1,
  expectedVersion: StreamAppend['expectedVersion'] = 'any',
): StreamAppend {
  const events = Array.from({ length: count }, () => sampleEvent({ aggregateId }));
  return { aggregateType: 'Shelf', aggregateId, expectedVersion, events };
}

export function sampleContext(overrides: Partial<EventContext> = {}): EventContext {
  return { commandId: v7(), metadata: nobody, recorded: [], ...overrides };
}

/** Appends in a command of its own, in whatever transaction `sql` runs. */
export async function append(sql: Sql, ...streams: readonly StreamAppend[]): Promise<RecordedEvent[]> {
  return appendEvents(sql, streams, sampleContext());
}

export async function versionsOf(sql: Sql): Promise<Record<string, number>> {
  const rows = await sql<{ id: string; version: number }>('select aggregate_id as id, version from event_stream');
  return Object.fromEntries(rows.map((row) => [row.id, row.version]));
}
