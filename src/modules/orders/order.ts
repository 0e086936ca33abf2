import { isDeepStrictEqual } from 'node:util';
import { InvalidStateError, ValidationError } from '../../errors.ts';
import { type Fact, fact } from '../../event-store/event-sourced-repository.ts';
import {
  type Cancellation,
  type Money,
  OrderCancelled,
  OrderCreated,
  type OrderSnapshot,
  OrderUpdated,
} from './order.events.ts';
import type { OrderLineInput } from './order-input.ts';

/** What may happen to an order: from its state to the events that follow. Pure. */

interface NewOrder {
  readonly id: string;
  readonly orderNumber: string;
  readonly customerId: string;
  readonly currency: string;
  readonly lines: readonly OrderLineInput[];
}

/** @throws ValidationError when the total is beyond 2^53 - 1. */
export function placeOrder({ lines, currency, ...input }: NewOrder, now: Date): Fact {
  const at = now.toISOString();
  const order: OrderSnapshot = {
    ...input,
    lines: pricedLines(lines, currency),
    total: totalOf(lines, currency),
    status: 'PENDING',
    version: 1,
    createdAt: at,
    updatedAt: at,
  };
  return fact(OrderCreated, { order });
}

/** Nothing when nothing differs. @throws InvalidStateError, ValidationError */
export function changeLines(previous: OrderSnapshot, lines: readonly OrderLineInput[], now: Date): Fact[] {
  requirePending(previous, 'changed');
  const { currency } = previous.total;
  const changed = { lines: pricedLines(lines, currency), total: totalOf(lines, currency) };
  if (isDeepStrictEqual(changed.lines, previous.lines)) return [];
  return [fact(OrderUpdated, { order: next(previous, changed, now), previousData: previous })];
}

/** @throws InvalidStateError */
export function cancelOrder(previous: OrderSnapshot, reason: string, now: Date): Fact[] {
  return cancel(previous, 'REQUESTED', reason, now);
}

/** @throws InvalidStateError */
export function expireOrder(previous: OrderSnapshot, now: Date): Fact[] {
  return cancel(previous, 'EXPIRED', 'The order expired: it was not paid in time.', now);
}

/** Nothing when it is paid already. @throws InvalidStateError */
export function payOrder(previous: OrderSnapshot, now: Date): Fact[] {
  if (previous.status === 'PAID') return [];
  requirePending(previous, 'paid');
  return [fact(OrderUpdated, { order: next(previous, { status: 'PAID' }, now), previousData: previous })];
}

function cancel(previous: OrderSnapshot, cancellation: Cancellation, reason: string, now: Date): Fact[] {
  requirePending(previous, 'cancelled');
  const order = next(previous, { status: 'CANCELLED' }, now);
  return [fact(OrderCancelled, { order, previousData: previous, cancellation, reason })];
}

/** @throws InvalidStateError */
function requirePending(order: OrderSnapshot, change: string): void {
  if (order.status === 'PENDING') return;
  throw new InvalidStateError(`The order is ${order.status.toLowerCase()} and cannot be ${change} any more.`);
}

function next(previous: OrderSnapshot, change: Partial<OrderSnapshot>, now: Date): OrderSnapshot {
  return { ...previous, ...change, version: previous.version + 1, updatedAt: now.toISOString() };
}

function pricedLines(lines: readonly OrderLineInput[], currency: string): OrderSnapshot['lines'] {
  return lines.map(({ unitPrice, ...line }) => ({ ...line, unitPrice: { amount: unitPrice, currency } }));
}

/** Summed as whole numbers of any size: one product alone can leave the range in which a double is exact. */
function totalOf(lines: readonly OrderLineInput[], currency: string): Money {
  const total = lines.reduce((sum, { quantity, unitPrice }) => sum + BigInt(quantity) * BigInt(unitPrice), 0n);
  if (total > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw ValidationError.at('lines', 'The total must not be above 2^53 - 1 of the smallest unit.');
  }
  return { amount: Number(total), currency };
}
