import { RequestError } from '../../errors.ts';
import type { EventFilter } from '../../event-store/event-filter.ts';
import { builder } from '../../graphql/builder.ts';
import { DomainEventType } from '../../graphql/domain-event.type.ts';

export const DomainEventFilter = builder.inputType('DomainEventFilter', {
  fields: (t) => ({
    types: t.field({ type: [DomainEventType] }),
    aggregateType: t.string(),
    aggregateId: t.id(),
    userId: t.id({ description: 'Who acted.' }),
    correlationId: t.id(),
    from: t.field({ type: 'DateTime' }),
    to: t.field({ type: 'DateTime', description: 'Inclusive.' }),
  }),
});

const MAX_TYPES = 200;

/** @throws RequestError BAD_USER_INPUT */
export function eventFilterOf(input: typeof DomainEventFilter.$inferInput | null | undefined): EventFilter {
  if ((input?.types?.length ?? 0) > MAX_TYPES || (input?.aggregateType?.length ?? 0) > 100) {
    throw new RequestError('BAD_USER_INPUT', 'The filter is too long.');
  }
  const given = Object.entries(input ?? {}).filter(([, value]) => value != null);
  return Object.fromEntries(given);
}
