import { randomUUID } from 'node:crypto';
import { v7 } from 'uuid';
import type { App } from '../../src/app.ts';
import { sqlOf } from '../../src/database/sql.ts';
import { transact } from '../../src/database/transact.ts';
import { appendEvents } from '../../src/event-store/append-events.ts';
import type { EventDataOf, EventDefinition } from '../../src/event-store/define-event.ts';
import type { CommandMetadata, RecordedEvent } from '../../src/event-store/domain-event.ts';
import { newEvent } from '../../src/event-store/new-event.ts';
import { subjectKeysOf } from '../../src/event-store/subject-keys.ts';

/** Facts nobody needs an aggregate for: straight into the log, in one command, and the relay is told. */
export async function appendTestEvents<Definition extends EventDefinition>(
  app: Pick<App, 'database' | 'bus'>,
  definition: Definition,
  events: readonly { readonly aggregateId: string; readonly data: EventDataOf<Definition> }[],
  metadata: Partial<CommandMetadata> = {},
): Promise<RecordedEvent[]> {
  const streams = events.map(({ aggregateId, data }) => ({
    aggregateType: definition.aggregateType,
    aggregateId,
    expectedVersion: 'any' as const,
    events: [newEvent(definition, aggregateId, data)],
  }));
  const recorded = await transact(app.database, (em) =>
    appendEvents(
      sqlOf(em),
      streams,
      {
        commandId: v7(),
        metadata: {
          userId: null,
          correlationId: randomUUID(),
          causationId: null,
          ipAddress: null,
          userAgent: null,
          ...metadata,
        },
        recorded: [],
      },
      subjectKeysOf(em),
    ),
  );
  app.bus.relay.wake();
  return recorded;
}
