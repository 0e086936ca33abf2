import { randomUUID } from 'node:crypto';
import { CANCEL_ORDER, CREATE_ORDER, PAY, UPDATE_ORDER } from './documents.ts';
import { totalOf } from './goods.ts';
import { makeOrders, type SeedOrder } from './orders.ts';
import type { Stage } from './stage.ts';

/** Orders, and what becomes of them. */
export function addOrders(stage: Stage): void {
  for (const order of makeOrders(stage.random, stage.people)) addOrder(stage, order);
}

function addOrder({ timeline, cast, manager }: Stage, order: SeedOrder): void {
  const { customer, currency, method, lines, changedLines, minutesAgo, payments, cancelled } = order;
  let id = '';
  let at = minutesAgo;
  timeline.add(at, async () => {
    const made = await cast.mutate<{ order: { id: string } }>(customer, CREATE_ORDER, { input: { lines, currency } });
    id = made.order.id;
  });
  if (changedLines) {
    timeline.add((at -= 1), async () => {
      await cast.mutate(customer, UPDATE_ORDER, { id, input: { lines: changedLines } });
    });
  }
  for (const { token, afterMinutes } of payments) {
    timeline.add((at -= afterMinutes), async () => {
      const input = { orderId: id, amount: totalOf(changedLines ?? lines), currency, method, token };
      const expected = token === 'tok_success' ? [] : ['PaymentDeclinedError'];
      await cast.mutate(customer, PAY, { input, key: randomUUID() }, { expected });
    });
  }
  if (cancelled) {
    const { reason, afterMinutes, by } = cancelled;
    timeline.add(at - afterMinutes, async () => {
      await cast.mutate(by === 'manager' ? manager : customer, CANCEL_ORDER, { id, reason });
    });
  }
}
