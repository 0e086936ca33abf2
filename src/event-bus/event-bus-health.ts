import type { Sql } from '../database/sql.ts';
import { timestampOf } from '../event-store/event-id.ts';
import type { EventCatalogue } from '../event-store/event-catalogue.ts';

export interface EventBusHealth {
  /** UNHEALTHY: the database does not answer. DEGRADED: Redis is away, the relay lags, or something is a dead letter. */
  readonly status: 'HEALTHY' | 'DEGRADED' | 'UNHEALTHY';
  readonly database: boolean;
  readonly redis: boolean | null;
  readonly relayLag: number;
  readonly handlers: number;
  readonly deadLetters: number;
  readonly totalEvents: number;
  readonly eventTypes: number;
  readonly lastEvent: Date | null;
}

export interface HealthSources {
  readonly database: { readonly sql: Sql };
  readonly catalogue: EventCatalogue;
  /** Null where no Redis is configured. */
  readonly redisHealthy: () => boolean | null;
}

interface HealthRow {
  readonly lag: number;
  readonly handlers: number;
  readonly dead: number;
  readonly total: string;
  readonly last_event: string | null;
}

const LAGGING = 1_000;
/**
 * Events looked at for the lag, the newest ones. All since the stored floor may be millions, while a long transaction holds
 * it; and a relay that hangs leaves out the newest.
 */
const LOOKED_AT = 2_000;

export async function readEventBusHealth({
  database,
  catalogue,
  redisHealthy,
}: HealthSources): Promise<EventBusHealth> {
  const redis = redisHealthy();
  const eventTypes = catalogue.definitions.length;
  let row: HealthRow | undefined;
  try {
    [row] = await database.sql<HealthRow>(
      `select (select count(*)::int from (
                 select (select p.position from event_position p where p.event_id = e.id) as position
                 from (select id from event where number > (select floor from event_sequencer) order by number desc limit $1) e
               ) newest where position is null) as lag,
              (select count(*)::int from handler) as handlers,
              (select count(*)::int from parked_event where state = 'dead') as dead,
              (select coalesce(max(position) - min(position) + 1, 0)::text from event_position) as total,
              (select event_id from event_position order by position desc limit 1) as last_event`,
      [LOOKED_AT],
    );
  } catch {
    // That the question cannot be asked is the answer.
    return {
      status: 'UNHEALTHY',
      database: false,
      redis,
      relayLag: 0,
      handlers: 0,
      deadLetters: 0,
      totalEvents: 0,
      eventTypes,
      lastEvent: null,
    };
  }
  const { lag = 0, handlers = 0, dead = 0, total = '0', last_event = null } = row ?? {};
  return {
    status: redis === false || lag > LAGGING || dead > 0 ? 'DEGRADED' : 'HEALTHY',
    database: true,
    redis,
    relayLag: lag,
    handlers,
    deadLetters: dead,
    totalEvents: Number(total),
    eventTypes,
    lastEvent: last_event === null ? null : new Date(timestampOf(last_event)),
  };
}
