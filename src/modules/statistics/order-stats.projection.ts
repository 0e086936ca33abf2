// Trigger: an order is made, changed or cancelled. Effect: what happened to orders on each day (UTC), by currency.
//
// Revenue is the total of an order from the moment it is PAID, on the day of that. An order cancelled after it was paid
// gives its total back on the day of the cancellation: the numbers of a day that is over never change.

import { defineProjection } from '../../event-bus/define-projection.ts';
import { OrderCancelled, OrderCreated, OrderUpdated } from '../orders/order.events.ts';

export const orderStatsProjection = defineProjection({
  name: 'order_stats',
  version: 1,
  events: [OrderCreated, OrderUpdated, OrderCancelled],
  tables: ['order_stats'],
  apply: [
    `with side as (
       select generation, at, 1 as sign, data->'order' as this, data->'previousData' as other from batch
       union all
       select generation, at, -1, data->'previousData', data->'order' from batch where data ? 'previousData'
     ), change as (
       select generation, (at at time zone 'UTC')::date as day, this->'total'->>'currency' as currency, at,
              sign * (other is null)::integer as created,
              sign = 1 and this->>'status' = 'PAID' and other->>'status' is distinct from 'PAID' as is_paid,
              sign = 1 and this->>'status' = 'CANCELLED' and other->>'status' is distinct from 'CANCELLED' as is_cancelled,
              sign = -1 and this->>'status' = 'PAID' and other->>'status' = 'CANCELLED' as is_refunded,
              case when this->>'status' = 'PAID' then sign * (this->'total'->>'amount')::bigint else 0 end as amount
       from side
     )
     insert into order_stats as s (generation, day, currency, created, paid, cancelled, refunded, revenue, refunds, last_event_at)
     select generation, day, currency, sum(created), count(*) filter (where is_paid), count(*) filter (where is_cancelled),
            count(*) filter (where is_refunded), sum(case when is_refunded then 0 else amount end),
            sum(case when is_refunded then -amount else 0 end), max(at)
     from change group by generation, day, currency
     on conflict (generation, day, currency) do update
       set created = s.created + excluded.created, paid = s.paid + excluded.paid, cancelled = s.cancelled + excluded.cancelled,
           refunded = s.refunded + excluded.refunded, revenue = s.revenue + excluded.revenue, refunds = s.refunds + excluded.refunds,
           last_event_at = greatest(s.last_event_at, excluded.last_event_at)`,
  ],
});
