import { Checkpoint } from './checkpoint.ts';
import { recognizeEvent, type StreamedEvent } from './domain-event.ts';
import { CursorError } from './errors.ts';
import { follow, type FollowOptions } from './follow.ts';
import type { DomainEventFilter } from './operations.generated.ts';
import type { ValueStore } from './value-store.ts';

/** Of the events that came last; one that comes again is not passed on. */
const REMEMBERED_IDS = 1000;

/**
 * What to do when a stream cannot go on from its cursor:
 * - `throw`: the consumer gets the error and decides.
 * - `skip`: go on where the server can; what lies between is lost to this stream. After `CURSOR_INVALID` there is no such place.
 * - a function: gives back the cursor to go on from, null to go on with what comes now, or throws. Load the state anew in it.
 */
export type CursorErrorPolicy = 'throw' | 'skip' | ((error: CursorError) => Promise<string | null> | string | null);

export interface EventStreamSpec {
  readonly filter: DomainEventFilter | null;
  /** Where to begin if the store has no cursor. */
  readonly after: string | null;
  readonly store: ValueStore | undefined;
  readonly onCursorError: CursorErrorPolicy;
  readonly follow: Omit<FollowOptions, 'variables' | 'recover' | 'isResumable'>;
}

export type Step =
  | { readonly kind: 'event'; readonly event: StreamedEvent }
  /** Everything up to the cursor has been given. */
  | { readonly kind: 'heartbeat'; readonly cursor: string };

/** The events of a stream, each once and in order however often the connection breaks, and the places between them. */
export async function* eventSteps(spec: EventStreamSpec): AsyncGenerator<Step, void, undefined> {
  let cursor = (await spec.store?.get()) ?? spec.after;
  const seen = new RecentIds();
  const steps = follow({
    ...spec.follow,
    isResumable: true,
    variables: () => ({ filter: spec.filter, after: cursor }),
    recover: async (error) => {
      if (!(error instanceof CursorError)) return false;
      cursor = await cursorAfter(error, spec.onCursorError, cursor);
      return true;
    },
  });
  for await (const step of steps) {
    if (step.kind === 'heartbeat') {
      cursor = step.cursor;
      yield step;
      continue;
    }
    const event = recognizeEvent(step.data['domainEvents'] as StreamedEvent);
    cursor = event.cursor;
    if (seen.add(event.id)) yield { kind: 'event', event };
  }
}

/** The events alone. Where there is a store, an event's cursor is stored when the next one is asked for. */
export async function* events(spec: EventStreamSpec): AsyncGenerator<StreamedEvent, void, undefined> {
  const checkpoint = spec.store && new Checkpoint(spec.store);
  try {
    for await (const step of eventSteps(spec)) {
      if (step.kind === 'event') yield step.event;
      checkpoint?.reached(step.kind === 'event' ? step.event.cursor : step.cursor);
    }
  } finally {
    await checkpoint?.settled();
  }
}

async function cursorAfter(
  error: CursorError,
  policy: CursorErrorPolicy,
  cursor: string | null,
): Promise<string | null> {
  // Nothing is lost: it goes on behind the last event that was sent, which may not be the last that arrived.
  if (error.code === 'STREAM_LAGGING') return cursor;
  if (typeof policy === 'function') return policy(error);
  if (policy === 'throw' || error.resumeAfter === null) throw error;
  return error.resumeAfter;
}

class RecentIds {
  readonly #ids = new Set<string>();

  /** False when it was there. */
  add(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    if (this.#ids.size > REMEMBERED_IDS) {
      for (const oldest of this.#ids) {
        this.#ids.delete(oldest);
        break;
      }
    }
    return true;
  }
}
