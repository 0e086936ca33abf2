import type { Sql } from '../../../src/database/sql.ts';
import type { GraphqlClient } from '../../support/graphql-client.ts';
import { waitFor } from '../../support/wait-for.ts';

export const REPLAY = `mutation ($input: ReplayEventsInput!) { replayEvents(input: $input) {
  __typename ... on Error { code message } ... on ReplayEventsPayload { events { type } replay {
    id kind status dryRun reason requestedBy { id } request { from to eventTypes aggregateId handlers includeEffects eventsPerSecond } } } } }`;
const PROGRESS = `query ($id: ID!) { replay(id: $id) {
  status dryRun total processed failed plan { handler type count } failures { handler } startedAt finishedAt } }`;

export interface ShownReplay {
  readonly id: string;
  readonly status: string;
  readonly total: number;
  readonly processed: number;
  readonly failed: number;
  readonly plan: readonly { readonly handler: string; readonly type: string; readonly count: number }[];
}

/** As soon as it has ended. */
export async function replayed(client: GraphqlClient, input: object): Promise<ShownReplay> {
  const { replayEvents } = await client.ask<{ replayEvents: { replay: ShownReplay } }>(REPLAY, { input });
  return waitFor(
    async () => {
      const { replay } = await client.ask<{ replay: ShownReplay }>(PROGRESS, { id: replayEvents.replay.id });
      return replay.status === 'COMPLETED' && replay;
    },
    { describe: 'the replay to end', timeoutMs: 30_000 },
  );
}

/** What handlers and sagas have made of all events so far, once those that are not paused are done with them. */
export async function effects(sql: Sql): Promise<object[]> {
  await waitFor(
    async () =>
      (
        await sql(
          `select 1 from handler_lane l join handler h on h.name = l.handler where not h.paused
             and not exists (select from saga_instance i join handler s on s.name = i.saga
                             where not s.paused and (i.due_at <= clock_timestamp() or i.status = 'RUNNING' and i.saga = 'registration'))
           having min(l.position) = (select max(position) from event_position)
              and (select count(*) from event) = (select count(*) from event_position)`,
        )
      ).length === 1,
    { describe: 'every handler to have caught up' },
  );
  return sql(
    `select 'inbox' as of, md5(string_agg(n::text, ',' order by number)) as what from notification n
     union all select 'done', count(*)::text from handler_effect where outcome = 'done'
     union all select 'audit', md5(string_agg(a.hash, ',' order by sequence)) from audit_log a
       where a.resource not in ('Replay') and a.event_type not like 'REPLAY%'
     union all select 'sagas', count(*)::text from saga_transition
     union all select 'events', count(*)::text from event where aggregate_type <> 'Replay'
     union all select 'users', md5(string_agg(u::text, ',' order by month)) from user_stats u
     union all select 'orders', md5(string_agg(o::text, ',' order by day)) from order_stats o`,
  );
}
