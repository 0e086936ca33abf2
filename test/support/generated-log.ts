import type { Sql } from '../../src/database/sql.ts';

interface GeneratedLog {
  readonly events: number;
  /** When the first event was recorded; the last one is of now. */
  readonly from: Date;
}

/** What the generated events are made of: `event n` has the type `n mod 20`, the user `n mod 97`, and so on. */
const TYPES = 20;
const USERS = 97;
const CORRELATION_LENGTH = 3;
const AGGREGATE_LENGTH = 10;

/**
 * Fills the real tables with a log of users' events, in statements that need no way through this process: streams of ten
 * events each, positions as the sequencer gives them, times in their order. Returns some values to look for.
 */
export async function generateLog(sql: Sql, { events, from }: GeneratedLog): Promise<GeneratedValues> {
  await makeMonths(sql, from);
  const step = (Date.now() - from.getTime()) / events;
  for (let start = 1; start <= events; start += CHUNK) {
    await sql(INSERT, [start, Math.min(start + CHUNK - 1, events), from.getTime(), step]);
    // As if they had been drawn: nothing is numbered for who knows of higher numbers.
    await sql(`select setval('event_number', $1)`, [Math.min(start + CHUNK - 1, events)]);
    await sql('select sequence_events((select coalesce(max(position), 0) from event_position), $1, $1, $2)', [
      [],
      CHUNK,
    ]);
  }
  // As the node that numbered them would have left it: one that starts need not look at all of them again.
  await sql('update event_sequencer set floor = $1', [events]);
  await sql('analyze');
  const [middle] = await sql<GeneratedValues>(VALUES, [Math.floor(events / 2)]);
  if (!middle) throw new Error('The log is empty.');
  return middle;
}

export interface GeneratedValues {
  readonly aggregateId: string;
  readonly userId: string;
  readonly correlationId: string;
  readonly subjectId: string;
  readonly type: string;
}

const CHUNK = 10_000;

const uuid = (name: string): string => `md5('${name}' || (%s))::uuid`;
const idOf = (name: string, number: string): string => uuid(name).replace('%s', number);

const INSERT = `
  with numbers as (
    select n, (n - 1) / ${AGGREGATE_LENGTH} as aggregate, $3::bigint + ((n - 1) * $4::double precision)::bigint as ms
    from generate_series($1::bigint, $2::bigint) as n
  ), streams as (
    insert into event_stream (aggregate_type, aggregate_id, version)
    select 'User', ${idOf('a', 'aggregate')}::text, count(*) from numbers group by aggregate
    on conflict (aggregate_type, aggregate_id) do update set version = event_stream.version + excluded.version
  )
  insert into event (id, number, aggregate_type, aggregate_id, version, type, schema_version, subject_id, command_id, recorded_at, data, metadata)
  select (lpad(to_hex(ms), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid, n, 'User',
         ${idOf('a', 'aggregate')}::text, (n - 1) % ${AGGREGATE_LENGTH} + 1,
         case when n % ${TYPES} = 1 then 'USER_CREATED' when n % ${TYPES} < 9 then 'USER_UPDATED' else 'USER_LOGGED_IN' end,
         case when n % ${TYPES} between 1 and 8 then 2 else 1 end,
         ${idOf('a', 'aggregate')}, ${idOf('c', 'n')}, to_timestamp(ms / 1000.0),
         jsonb_build_object('user', u.snapshot, 'previousData', u.snapshot) - case when n % ${TYPES} = 1 then 'previousData' else '' end,
         jsonb_build_object('userId', ${idOf('u', `n % ${USERS}`)}, 'correlationId', ${idOf('k', `n / ${CORRELATION_LENGTH}`)},
                            'causationId', null, 'ipAddress', '192.0.2.1', 'userAgent', 'Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0')
  from numbers cross join lateral (
    select jsonb_build_object('id', ${idOf('a', 'aggregate')}, 'email', 'person-' || n || '@example.com', 'username', 'person-' || n,
      'firstName', 'Ada', 'lastName', 'Lovelace', 'isActive', n % 3 > 0, 'emailVerified', false, 'roleId', ${idOf('r', '1')}, 'version', 1,
      'createdAt', to_char(to_timestamp($3::bigint / 1000.0) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'updatedAt', to_char(to_timestamp(ms / 1000.0) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) as snapshot
  ) u`;

const VALUES = `select aggregate_id as "aggregateId", metadata->>'userId' as "userId", metadata->>'correlationId' as "correlationId",
  subject_id as "subjectId", type from event where number = $1`;

/** Partitions for the past as well: the product only makes those to come. */
async function makeMonths(sql: Sql, from: Date): Promise<void> {
  const now = new Date();
  for (let month = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth())); month < now;) {
    const next = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1));
    const name = `_y${month.getUTCFullYear()}m${String(month.getUTCMonth() + 1).padStart(2, '0')}`;
    const [low, high] = [floorOf(month), floorOf(next)];
    await sql(`create table if not exists event${name} partition of event for values from ('${low}') to ('${high}')`);
    await sql(
      `create table if not exists event_position${name} partition of event_position for values from ('${low}') to ('${high}')`,
    );
    await sql(`create unique index if not exists event_position${name}_position on event_position${name} (position)`);
    month = next;
  }
}

function floorOf(time: Date): string {
  const hex = time.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
