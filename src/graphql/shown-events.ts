import type { RecordedEvent, StoredEvent } from '../event-store/domain-event.ts';
import { concerns, type EventAudience } from '../event-store/event-reader.ts';
import type { Viewer } from '../viewer.ts';
import type { Context } from './context.ts';

/** Whose holders see names, addresses and devices in everybody's events; everybody else in those about themselves. */
export const READ_SENSITIVE_EVENTS = 'events:read-sensitive';

const EVERYTHING: EventAudience = { reads: 'everything' };

/** Null for who sees nothing of the kind. */
function audienceOf(viewer: Viewer | null): EventAudience | null {
  if (!viewer) return null;
  return viewer.permissions.has(READ_SENSITIVE_EVENTS) ? EVERYTHING : { reads: 'own', personId: viewer.userId };
}

/** The events as the viewer may see them: whether they may see them at all is asked before. */
export async function shownEvents<Event extends RecordedEvent>(
  { viewer, core }: Pick<Context, 'viewer' | 'core'>,
  events: readonly Event[],
): Promise<readonly Event[]> {
  const audience = audienceOf(viewer);
  return audience ? core.reader.forAudience(core.database.sql, events, audience) : events;
}

/** How a stream of events looks to its viewer. */
export interface StreamView {
  /** Equal for viewers to whom every event looks the same. */
  readonly key: string;
  /** Whether this event looks otherwise to them than to who sees nothing sensitive. */
  concerns(event: StoredEvent): boolean;
  /** Null when it takes a look into the database. */
  ifRemembered(event: StoredEvent): StoredEvent | null;
  lookUp(event: StoredEvent): Promise<StoredEvent>;
}

export function streamViewOf(viewer: Viewer | null, { core }: Pick<Context, 'core'>): StreamView | null {
  const audience = audienceOf(viewer);
  return audience && new AudienceView(audience, core);
}

class AudienceView implements StreamView {
  readonly #audience: EventAudience;
  readonly #core: Context['core'];

  constructor(audience: EventAudience, core: Context['core']) {
    this.#audience = audience;
    this.#core = core;
  }

  get key(): string {
    return this.#audience.reads === 'own' ? this.#audience.personId : '*';
  }

  concerns(event: StoredEvent): boolean {
    return concerns(event, this.#audience);
  }

  ifRemembered(event: StoredEvent): StoredEvent | null {
    return this.#core.reader.ifRemembered(event, this.#audience);
  }

  async lookUp(event: StoredEvent): Promise<StoredEvent> {
    const { reader, database } = this.#core;
    return (await reader.forAudience(database.sql, [event], this.#audience))[0] ?? event;
  }
}
