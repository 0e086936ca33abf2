import { RequestError } from '../../errors.ts';
import type { Viewer } from '../../viewer.ts';

export const ORDER_PERMISSIONS = ['orders:read', 'orders:write'] as const;

/** One's own, or everybody's with a permission. Who may change an order may see it, too. */
export function maySeeOrdersOf(viewer: Viewer | null, customerId: string): boolean {
  return viewer !== null && (viewer.userId === customerId || maySeeAllOrders(viewer));
}

export function maySeeAllOrders(viewer: Viewer): boolean {
  return viewer.permissions.has('orders:read') || viewer.permissions.has('orders:write');
}

/** @throws RequestError FORBIDDEN */
export function requireMayChangeOrdersOf(viewer: Viewer | null, customerId: string): void {
  if (viewer !== null && (viewer.userId === customerId || viewer.permissions.has('orders:write'))) return;
  throw new RequestError('FORBIDDEN', 'You may only order and change orders for yourself.');
}
