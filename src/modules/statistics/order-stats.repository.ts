import type { Sql } from '../../database/sql.ts';
import { activeGeneration } from '../../event-bus/projection-registry.ts';
import { statisticsNotReady } from './user-stats.repository.ts';

/** A type rather than an interface: answers are cached as JSON. Minor units. */
type Amounts = {
  readonly currency: string;
  readonly created: number;
  readonly paid: number;
  readonly cancelled: number;
  readonly refunded: number;
  readonly revenue: number;
  readonly refunds: number;
};

export type OrderStatsDay = Amounts & {
  /** YYYY-MM-DD, UTC. */
  readonly day: string;
};

export interface OrderStats {
  readonly byCurrency: readonly Amounts[];
  /** RFC 3339; null while there has been no order. */
  readonly lastUpdated: string | null;
  /** Every event up to it is counted. */
  readonly position: number;
}

const GENERATION = activeGeneration('order_stats');
const SUMS = ['created', 'paid', 'cancelled', 'refunded', 'revenue', 'refunds']
  .map((column) => `coalesce(sum(s.${column}), 0)::double precision as ${column}`)
  .join(', ');

type TotalsRow = Amounts & {
  readonly ready: boolean;
  readonly position: string;
  readonly last_event_at: string | Date | null;
};

/** @throws RequestError SERVICE_UNAVAILABLE while they are being made for the first time. */
export async function readOrderStats(sql: Sql): Promise<OrderStats> {
  const rows = await sql<TotalsRow>(
    `select j.generation > 0 as ready, l.position::text, s.currency, ${SUMS}, max(max(s.last_event_at)) over () as last_event_at
     from projection j join handler_lane l on l.handler = j.name left join order_stats s on s.generation = ${GENERATION}
     where j.name = 'order_stats' group by j.generation, l.position, s.currency order by s.currency`,
  );
  const [first] = rows;
  if (!first?.ready) throw statisticsNotReady();
  return {
    byCurrency: rows
      .filter((row) => row.currency !== null)
      .map(({ currency, created, paid, cancelled, refunded, revenue, refunds }) => ({
        currency,
        created,
        paid,
        cancelled,
        refunded,
        revenue,
        refunds,
      })),
    lastUpdated: first.last_event_at === null ? null : new Date(first.last_event_at).toISOString(),
    position: Number(first.position),
  };
}

export interface DayRange {
  /** YYYY-MM-DD, inclusive. */
  readonly from: string | null;
  readonly to: string | null;
  /** The newest first; rows, of which a day has one per currency. */
  readonly limit: number;
}

export async function readOrderStatsDays(sql: Sql, { from, to, limit }: DayRange): Promise<OrderStatsDay[]> {
  return sql<OrderStatsDay>(
    `select s.day::text as day, s.currency, s.created::double precision as created, s.paid::double precision as paid,
            s.cancelled::double precision as cancelled, s.refunded::double precision as refunded,
            s.revenue::double precision as revenue, s.refunds::double precision as refunds
     from order_stats s
     where s.generation = ${GENERATION} and ($1::date is null or s.day >= $1) and ($2::date is null or s.day <= $2)
     order by s.day desc, s.currency limit $3`,
    [from, to, limit],
  );
}
