// Trigger: an account is made, changed or deleted. Effect: how many accounts there are, by the month they were made in, so
// that "new this month" needs no event when the month changes.

import { defineProjection } from '../../event-bus/define-projection.ts';
import { UserCreated, UserDeleted, UserUpdated } from '../users/user.events.ts';

export const userStatsProjection = defineProjection({
  name: 'user_stats',
  version: 1,
  events: [UserCreated, UserUpdated, UserDeleted],
  tables: ['user_stats'],
  // An event holds the state after the change and the one before it: what differs is what changes here.
  apply: [
    `with change as (
       select generation, at, date_trunc('month', (coalesce(data->'user', data->'previousData')->>'createdAt')::timestamptz at time zone 'UTC') as month,
              (data ? 'user')::integer - (data ? 'previousData')::integer as total,
              coalesce((data->'user'->>'isActive')::boolean::integer, 0)
                - coalesce((data->'previousData'->>'isActive')::boolean::integer, 0) as active
       from batch
     )
     insert into user_stats as s (generation, month, total, active, last_event_at)
     select generation, month, sum(total), sum(active), max(at) from change group by generation, month
     on conflict (generation, month) do update
       set total = s.total + excluded.total, active = s.active + excluded.active,
           last_event_at = greatest(s.last_event_at, excluded.last_event_at)`,
  ],
});
