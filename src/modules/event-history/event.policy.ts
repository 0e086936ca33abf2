import { RequestError } from '../../errors.ts';
import type { NewEvent } from '../../event-store/domain-event.ts';
import type { EventFilter } from '../../event-store/event-filter.ts';
import { READ_SENSITIVE_EVENTS } from '../../graphql/shown-events.ts';
import type { Viewer } from '../../viewer.ts';

export const EVENT_PERMISSIONS = ['events:read', READ_SENSITIVE_EVENTS] as const;

/** Holders of events:read see all events, everybody else those about themselves. @throws RequestError UNAUTHENTICATED */
export function visibleTo(viewer: Viewer | null, filter: EventFilter): EventFilter {
  if (!viewer)
    throw new RequestError('UNAUTHENTICATED', 'The session has ended. Sign in again and resume from your cursor.');
  return viewer.permissions.has('events:read') ? filter : { ...filter, subjectId: viewer.userId };
}

export function maySeeEvent(viewer: Viewer | null, event: Pick<NewEvent, 'subjectId'>): boolean {
  return viewer !== null && (viewer.permissions.has('events:read') || event.subjectId === viewer.userId);
}
