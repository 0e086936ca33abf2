import { RequestError } from '../errors.ts';
import { encodeCursor } from '../event-store/cursor.ts';
import type { StoredEvent } from '../event-store/domain-event.ts';
import { type EventFilter, matchesFilter } from '../event-store/event-filter.ts';
import type { EventLog } from '../event-store/read-events.ts';
import type { LogTail } from './log-tail.ts';

/** What a subscriber may see, decided anew while the stream runs. */
export interface StreamAudience {
  /** The client's filter narrowed to what it may see. Throws RequestError when it may not listen any more. */
  authorize(): Promise<EventFilter>;
  /** Whether this event may have changed what `authorize` answers. */
  isConcernedBy(event: StoredEvent): boolean;
}

export interface StreamItem {
  readonly event: StoredEvent;
  /** The end of the log as this node knows it. */
  readonly head: number;
  /** True when nothing that is known stands behind this event. */
  readonly caughtUp: boolean;
}

interface StreamOptions {
  readonly tail: LogTail;
  readonly log: EventLog;
  readonly audience: StreamAudience;
  /** Exclusive; null starts at the present end. */
  readonly after: number | null;
  readonly signal: AbortSignal;
  /** Events read from the log or the ring at a time. */
  readonly batch: number;
}

/**
 * Every matching event after a position, once, in order, for ever.
 *
 * There is one state, the position sent last. While the node's ring reaches back to it, events come from there; else the
 * log is paged up to the ring's present head. Positions are dense and the ring ends at a position the log already holds,
 * so changing from one to the other can neither skip nor repeat. Nothing is queued: the next step is taken when the
 * consumer asks for it.
 */
export async function* streamEvents(options: StreamOptions): AsyncGenerator<StreamItem, void, undefined> {
  const { tail, log, audience, signal } = options;
  let sent = options.after ?? tail.head;
  if (options.after !== null) await checkResumable(log, tail, options.after);
  let matches = matchesFilter(await audience.authorize());

  while (!signal.aborted) {
    const fresh = tail.since(sent, options.batch);
    if (fresh === null) {
      sent = yield* backfill(options, sent);
      matches = matchesFilter(await audience.authorize());
      continue;
    }
    for (const event of fresh) {
      if (audience.isConcernedBy(event)) matches = matchesFilter(await audience.authorize());
      sent = event.position;
      if (matches(event)) yield { event, head: tail.head, caughtUp: sent === tail.head };
      if (signal.aborted) return;
    }
    if (fresh.length === 0) await tail.waitBeyond(sent, signal);
  }
}

/** Pages the log up to the present head; returns the position reached. The filter runs in SQL. */
async function* backfill(options: StreamOptions, after: number): AsyncGenerator<StreamItem, number, undefined> {
  const { tail, log, audience, signal, batch } = options;
  const head = tail.head;
  let sent = after;
  while (!signal.aborted && sent < head) {
    const events = await log.read({ filter: await audience.authorize(), after: sent, before: head + 1, limit: batch });
    for (const event of events) {
      sent = event.position;
      yield { event, head: tail.head, caughtUp: sent === tail.head };
      if (signal.aborted) return sent;
    }
    if (events.length < batch) sent = head;
  }
  return sent;
}

async function checkResumable(log: EventLog, tail: LogTail, after: number): Promise<void> {
  const { head, first } = await log.bounds();
  if (after > Math.max(head, tail.head)) {
    throw new RequestError('CURSOR_IN_FUTURE', 'The cursor lies beyond the end of the log.', {
      resumeAfter: encodeCursor(head),
    });
  }
  if (after < first - 1) {
    throw new RequestError('CURSOR_EXPIRED', 'The events after this cursor are no longer kept.', {
      resumeAfter: encodeCursor(first - 1),
    });
  }
}
