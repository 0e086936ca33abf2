import type { Sql } from '../../database/sql.ts';

/**
 * The payments whose outcome is not known yet, by the database's clock.
 *
 *   (none) ──queue, with the payment──▶ due later ──claim──▶ due later still ──take, with the outcome──▶ (none)
 *
 * Whoever claims has until the next due time; when it dies, another node claims then. Who takes the row records the
 * outcome, in the same transaction: nobody else can.
 */

export async function queueSettlement(sql: Sql, paymentId: string, afterMs: number): Promise<void> {
  await sql(
    'insert into payment_settlement (payment_id, due_at) values ($1, clock_timestamp() + make_interval(secs => $2))',
    [paymentId, afterMs / 1_000],
  );
}

/** Whether the caller is the first who asks, and therefore the one to charge. */
export async function beginCharge(sql: Sql, paymentId: string): Promise<boolean> {
  const rows = await sql(
    `update payment_settlement set charging = true
     where payment_id = $1 and not charging and attempts = 0 and due_at > clock_timestamp() returning 1`,
    [paymentId],
  );
  return rows.length > 0;
}

/** Makes it due now. */
export async function hastenSettlement(sql: Sql, paymentId: string): Promise<void> {
  await sql('update payment_settlement set due_at = clock_timestamp() where payment_id = $1', [paymentId]);
}

/** Those that are due, at most `limit`; the longer they have been tried in vain, the longer until they are due again. */
export async function claimDueSettlements(sql: Sql, leaseMs: number, limit: number): Promise<string[]> {
  const rows = await sql<{ payment_id: string }>(
    `update payment_settlement s
     set attempts = s.attempts + 1,
         due_at = clock_timestamp() + make_interval(secs => $1) * least(power(2, s.attempts), $2)
     from (select payment_id from payment_settlement where due_at <= clock_timestamp()
           order by due_at limit $3 for update skip locked) due
     where s.payment_id = due.payment_id returning s.payment_id`,
    [leaseMs / 1_000, MAX_STRETCH, limit],
  );
  return rows.map((row) => row.payment_id);
}

/** Milliseconds until the next one is due, 0 when it is already; null when there is none. */
export async function nextSettlementIn(sql: Sql): Promise<number | null> {
  const [next] = await sql<{ ms: number }>(
    `select (extract(epoch from due_at - clock_timestamp()) * 1000)::float8 as ms
     from payment_settlement order by due_at limit 1`,
  );
  return next ? Math.max(0, Math.ceil(next.ms)) : null;
}

/** Whether the payment has no outcome yet. */
export async function isSettlementQueued(sql: Sql, paymentId: string): Promise<boolean> {
  return (await sql('select 1 from payment_settlement where payment_id = $1', [paymentId])).length > 0;
}

/** Keeps everybody else from recording an outcome until the transaction ends; false when there is one already. */
export async function takeSettlement(sql: Sql, paymentId: string): Promise<boolean> {
  const rows = await sql('delete from payment_settlement where payment_id = $1 returning 1', [paymentId]);
  return rows.length > 0;
}

/** An outage of the gateway is asked through ever more slowly, down to this many times a lease. */
const MAX_STRETCH = 16;
