import { safeMessage } from '../config/serialize-error.ts';
import type { Sql } from '../database/sql.ts';
import type { StoredEvent } from '../event-store/domain-event.ts';
import { hideTexts } from './hide-texts.ts';

export interface ReplayFailure {
  readonly handler: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly errorClass: string;
  readonly error: string;
}

/** Of one replay; beyond it failures are only counted. */
const MOST_KEPT = 1_000;
const MAX_ERROR = 2_000;
const MAX_CLASS = 100;

export async function keepFailure(
  sql: Sql,
  replayId: string,
  handler: string,
  event: StoredEvent,
  { error, opened }: { readonly error: unknown; readonly opened: readonly string[] },
): Promise<void> {
  await sql(
    `insert into replay_failure (replay_id, handler, position, event_id, event_type, error_class, error_message)
     select $1, $2, $3, $4, $5, $6, $7 where (select count(*) from replay_failure where replay_id = $1) < ${MOST_KEPT}
     on conflict (replay_id, handler, position) do update set error_class = excluded.error_class, error_message = excluded.error_message`,
    [
      replayId,
      handler,
      event.position,
      event.id,
      event.type,
      storable(error instanceof Error ? error.name : typeof error, MAX_CLASS),
      storable(
        error instanceof Error ? hideTexts(safeMessage(error), opened) : 'Something that is no error was thrown.',
        MAX_ERROR,
      ),
    ],
  );
}

/** In log order; those that the handler's lanes gave up, or have not done yet, among them. */
export async function readFailures(sql: Sql, replayId: string, limit: number): Promise<ReplayFailure[]> {
  return sql<ReplayFailure>(
    `select handler, event_id as "eventId", event_type as "eventType", coalesce(error_class, '') as "errorClass",
            coalesce(error_message, 'It waits behind a dead letter of its aggregate.') as error
     from (select handler, position, event_id, event_type, error_class, error_message from replay_failure where replay_id = $1
           union all
           select handler, position, event_id, event_type, error_class, error_message from parked_event
           where replay_id = $1) f
     order by position, handler limit $2`,
    [replayId, limit],
  );
}

function storable(text: string, length: number): string {
  return text.slice(0, length).replaceAll('\0', '').toWellFormed();
}
