import type { SqlEntityManager } from '@mikro-orm/sql';
import { sqlOf } from '../database/sql.ts';
import { appendEvents } from './append-events.ts';
import type { EventDataOf, EventDefinition } from './define-event.ts';
import { currentEventContext } from './event-context.ts';
import { newEvent } from './new-event.ts';
import { subjectKeysOf } from './subject-keys.ts';

/**
 * Records an event of something that is no entity (a bulk operation, a handler, the system), behind whatever its stream
 * holds, in the command's transaction. Aggregates record their own with `record`.
 */
export async function recordEvent<Definition extends EventDefinition>(
  em: SqlEntityManager,
  definition: Definition,
  aggregateId: string,
  data: EventDataOf<Definition>,
): Promise<void> {
  const context = currentEventContext();
  if (!context || !em.isInTransaction()) throw new Error(`${definition.type} was recorded outside a command.`);
  const stream = {
    aggregateType: definition.aggregateType,
    aggregateId,
    expectedVersion: 'any' as const,
    events: [newEvent(definition, aggregateId, data)],
  };
  context.recorded.push(...(await appendEvents(sqlOf(em), [stream], context, subjectKeysOf(em))));
}
