import { withPostgres } from './postgres-client.ts';

/**
 * Makes the log as it was when it ended at a position, as a restore of that state would or a failover that lost the
 * commits since. `superuserUrl` may do what the application's own role cannot: change a log that is append-only.
 */
export async function setLogBack(superuserUrl: string, position: number): Promise<void> {
  await withPostgres(superuserUrl, async (client) => {
    await client.query('begin');
    await client.query('set local session_replication_role = replica');
    const lost = await client.query<{ id: string; aggregate_id: string }>(
      `delete from event e where not exists (select from event_position p where p.event_id = e.id and p.position <= $1)
       returning id, aggregate_id`,
      [position],
    );
    await client.query('delete from event_position where event_id = any($1)', [lost.rows.map(({ id }) => id)]);
    const streams = [...new Set(lost.rows.map((row) => row.aggregate_id))];
    await client.query(
      `with versions as (select aggregate_type, aggregate_id, max(version) as version from event
                         where aggregate_id = any($1) group by aggregate_type, aggregate_id),
            gone as (delete from event_stream s where aggregate_id = any($1) and not exists
                       (select from versions v where v.aggregate_id = s.aggregate_id))
       update event_stream s set version = v.version from versions v
       where v.aggregate_type = s.aggregate_type and v.aggregate_id = s.aggregate_id`,
      [streams],
    );
    await client.query(`select setval('event_number', (select coalesce(max(number), 1) from event))`);
    await client.query(
      'update event_sequencer set floor = least(floor, (select coalesce(min(number) - 1, 0) from event))',
    );
    await client.query('update log_summary set position = 0');
    await client.query('delete from log_stretch');
    await client.query('delete from event_type_day');
    await client.query('update handler_lane set position = least(position, $1)', [position]);
    await client.query('commit');
  });
}
