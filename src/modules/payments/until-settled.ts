import type { CoreServices } from '../../graphql/context.ts';
import { isSettlementQueued } from './settlement-queue.ts';

/** Waits until a payment has an outcome, whichever node records it, or the time is over. */
export async function untilSettled(
  { database, tail }: Pick<CoreServices, 'database' | 'tail'>,
  paymentId: string,
  timeoutMs: number,
): Promise<void> {
  const signal = AbortSignal.timeout(timeoutMs);
  for (;;) {
    let position = tail.head;
    if (!(await isSettlementQueued(database.sql, paymentId)) || signal.aborted) return;
    // From here on every new event is looked at; the table only when one is about this payment.
    for (let isOver = false; !isOver && !signal.aborted;) {
      await tail.waitBeyond(position, signal);
      const events = tail.since(position, tail.head - position);
      position = tail.head;
      isOver = events === null || events.some((event) => event.aggregateId === paymentId);
    }
  }
}
