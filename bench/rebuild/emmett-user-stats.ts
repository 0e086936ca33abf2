import type { Event } from '@event-driven-io/emmett';
import {
  getPostgreSQLEventStore,
  postgreSQLProjection,
  type PostgreSQLProjectionDefinition,
  rebuildPostgreSQLProjections,
} from '@event-driven-io/emmett-postgresql';
import type pg from 'pg';
import type { UserSnapshot } from '../../src/modules/users/user.events.ts';
import { openPool } from '../measure/pool.ts';
import type { StatsRow } from './signalbox-user-stats.ts';

type Changed = { readonly user?: UserSnapshot; readonly previousData?: UserSnapshot };
type UserEvent = Event<'USER_CREATED', Changed> | Event<'USER_UPDATED', Changed> | Event<'USER_DELETED', Changed>;

/**
 * Emmett's `rebuildPostgreSQLProjections` over a copy of the same log: an asynchronous projection, truncated and filled from
 * the first message. Its handler does what one would write by hand: it sums a batch up in memory and adds a row per month.
 */
export class EmmettUserStats implements AsyncDisposable {
  readonly #url: string;
  readonly #pool: pg.Pool;
  #runs = 0;

  private constructor(url: string, pool: pg.Pool) {
    this.#url = url;
    this.#pool = pool;
  }

  static async open(url: string): Promise<EmmettUserStats> {
    const pool = openPool(url, 4);
    const store = getPostgreSQLEventStore(url, { connectionOptions: { pool } });
    await store.schema.migrate();
    await store.close();
    await pool.query(
      'create table emmett_user_stats (month timestamp primary key, total integer not null, active integer not null)',
    );
    return new EmmettUserStats(url, pool);
  }

  /** What appending would have written, in one statement. */
  async copyLog(): Promise<void> {
    const client = await this.#pool.connect();
    try {
      // Of a million events it takes longer than the database lets a statement take.
      await client.query('set statement_timeout = 0');
      await client.query(COPY);
      await client.query('reset statement_timeout');
    } finally {
      client.release();
    }
    await this.#pool.query(
      `select setval('emt_global_message_position', (select max(global_position) from emt_messages))`,
    );
    await this.#pool.query('analyze emt_messages');
  }

  async rebuild(batchSize: number): Promise<void> {
    const consumer = rebuildPostgreSQLProjections<UserEvent>({
      connectionString: this.#url,
      // A processor of its own for each run: the checkpoint of an earlier one would be gone on from, at the end.
      projections: [{ projection: userStats, processorId: `rebuild-${++this.#runs}`, startFrom: 'BEGINNING' }],
      pulling: { batchSize },
    });
    try {
      await consumer.start();
    } finally {
      await consumer.close();
    }
  }

  async rows(): Promise<StatsRow[]> {
    return (
      await this.#pool.query<StatsRow>(
        'select month::date::text as month, total, active from emmett_user_stats order by month',
      )
    ).rows;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.end();
  }
}

const userStats: PostgreSQLProjectionDefinition<UserEvent> = postgreSQLProjection<UserEvent>({
  name: 'user-stats',
  canHandle: ['USER_CREATED', 'USER_UPDATED', 'USER_DELETED'],
  async handle(events, { connection: { client } }) {
    const months = new Map<string, { total: number; active: number }>();
    for (const { data } of events) {
      const { user, previousData } = data;
      const month = `${(user ?? previousData)?.createdAt.slice(0, 7) ?? ''}-01`;
      const sums = months.get(month) ?? { total: 0, active: 0 };
      sums.total += Number(user !== undefined) - Number(previousData !== undefined);
      sums.active += Number(user?.isActive ?? false) - Number(previousData?.isActive ?? false);
      months.set(month, sums);
    }
    await client.query({
      name: 'add-user-stats',
      text: `insert into emmett_user_stats as s select * from unnest($1::timestamp[], $2::integer[], $3::integer[])
             on conflict (month) do update set total = s.total + excluded.total, active = s.active + excluded.active`,
      values: [
        [...months.keys()],
        [...months.values()].map(({ total }) => total),
        [...months.values()].map(({ active }) => active),
      ],
    });
  },
  async truncate({ connection: { client } }) {
    await client.query('truncate emmett_user_stats');
  },
});

const COPY = `
  insert into emt_messages (stream_position, global_position, transaction_id, created, stream_id, message_schema_version,
                            message_id, message_type, message_data, message_metadata)
  select e.version, p.position, pg_current_xact_id(), e.recorded_at, 'user-' || e.aggregate_id, '1', e.id::text, e.type, e.data, e.metadata
  from event_position p join event e on e.id = p.event_id order by p.position`;
