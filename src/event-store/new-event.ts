import type { EventDataOf, EventDefinition } from './define-event.ts';
import type { NewEvent } from './domain-event.ts';
import { newEventId } from './event-id.ts';

/**
 * An event to be appended, its data checked against the definition.
 *
 * @throws ZodError when the data does not fit: a mistake in our code.
 */
export function newEvent<Definition extends EventDefinition>(
  definition: Definition,
  aggregateId: string,
  data: EventDataOf<Definition>,
): NewEvent {
  const valid = definition.data.parse(data);
  return {
    id: newEventId(),
    type: definition.type,
    schemaVersion: definition.schemaVersion,
    aggregateType: definition.aggregateType,
    aggregateId,
    subjectId: definition.subject(valid, aggregateId),
    data: valid,
    ...(definition.sensitive.length > 0 ? { sensitive: definition.sensitive } : {}),
  };
}
