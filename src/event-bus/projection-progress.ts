import type { Sql } from '../database/sql.ts';
import { RequestError } from '../errors.ts';
import { type Projection, projectionSignal } from './define-projection.ts';
import type { LogTail } from './log-tail.ts';
import type { Signals } from './signals.ts';

interface ProgressSources {
  readonly database: { readonly sql: Sql };
  readonly tail: LogTail;
  readonly signals: Signals;
}

/** Between two looks without a signal, growing: signals of other nodes may be lost, and without Redis there are none. */
const LOOK_AGAIN_MS = [20, 320] as const;

/**
 * Resolves when the projection has taken in an event and everything of its own before it. Woken by the log and by the
 * projection's commits.
 *
 * @throws RequestError PROJECTION_LAGGING after `timeoutMs`; BAD_USER_INPUT when there is no such event.
 */
export async function untilProjected(
  sources: ProgressSources,
  projection: Projection,
  eventId: string,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const end = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const position = await untilPlaced(sources, eventId, end);
  if (position !== null && (await untilReached(sources, projection, position, end))) return;
  signal.throwIfAborted();
  throw new RequestError('PROJECTION_LAGGING', `${projection.name} has not caught up in time. Ask again.`);
}

/** The event's position in the log; null when the time was over first. */
async function untilPlaced({ database, tail }: ProgressSources, eventId: string, end: AbortSignal) {
  while (!end.aborted) {
    const { head } = tail;
    const [event] = await database.sql<{ position: string | null }>(
      'select p.position::text as position from event e left join event_position p on p.event_id = e.id where e.id = $1',
      [eventId],
    );
    if (!event) throw new RequestError('BAD_USER_INPUT', 'The consistency token names no event of this log.');
    if (event.position !== null) return Number(event.position);
    await tail.waitBeyond(head, end);
  }
  return null;
}

async function untilReached(
  { database, signals }: ProgressSources,
  { name, events }: Projection,
  position: number,
  end: AbortSignal,
): Promise<boolean> {
  using listener = signals.listen(projectionSignal(name));
  const types = events.map((definition) => definition.type);
  for (let pause: number = LOOK_AGAIN_MS[0]; !end.aborted; pause = Math.min(pause * 2, LOOK_AGAIN_MS[1])) {
    // Checkpoints of events that are not the projection's are saved lazily: what counts is its own last one before.
    const [row] = await database.sql<{ reached: boolean }>(
      `select j.generation > 0 and l.position >= coalesce(own.position, 0)
              and not exists (select from parked_event where handler = $1 and position <= $2) as reached
       from projection j join handler_lane l on l.handler = j.name,
            (select max(newest.position) as position from unnest($3::text[]) as t (type), lateral (
               select max(p.position) as position from event_position p where p.type = t.type and p.position <= $2) newest) own
       where j.name = $1`,
      [name, position, types],
    );
    if (row?.reached) return true;
    await listener.wait(pause, end);
  }
  return false;
}
