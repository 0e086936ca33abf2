import { defineEntity, p } from '@mikro-orm/core';
import type { EventDefinition, EventDataOf } from './define-event.ts';
import type { NewEvent } from './domain-event.ts';
import { newEvent } from './new-event.ts';

const AggregateSchema = defineEntity({
  name: 'AggregateRoot',
  abstract: true,
  properties: {
    id: p.uuid().primary(),
    version: p.integer(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
});

// Beside the entity rather than on it: MikroORM makes instances without calling a constructor, and must not persist this.
const pendingEvents = new WeakMap<object, NewEvent[]>();

/** Base of every entity whose changes are events: `version` counts them. */
export abstract class AggregateRoot extends AggregateSchema.class {}
AggregateSchema.setClass(AggregateRoot);

/**
 * Records what a behaviour just did to its aggregate; the flush appends the records in the same transaction and refuses
 * a change without one. Raises the version first and takes the data then, so that the data may hold the state after the
 * change, version included.
 *
 * @throws ZodError when the data does not fit the definition: a mistake in our code.
 */
export function record<Definition extends EventDefinition>(
  aggregate: AggregateRoot,
  definition: Definition,
  data: () => EventDataOf<Definition>,
): void {
  aggregate.version = (aggregate.version ?? 0) + 1;
  const event = newEvent(definition, aggregate.id, data());
  const pending = pendingEvents.get(aggregate);
  if (pending) pending.push(event);
  else pendingEvents.set(aggregate, [event]);
}

/** Hands over what the aggregate recorded since the last time, and forgets it. */
export function takePendingEvents(aggregate: object): readonly NewEvent[] {
  const pending = pendingEvents.get(aggregate) ?? [];
  pendingEvents.delete(aggregate);
  return pending;
}
