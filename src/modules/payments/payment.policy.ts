import { RequestError } from '../../errors.ts';
import type { Viewer } from '../../viewer.ts';

export const PAYMENT_PERMISSIONS = ['payments:read'] as const;

/** One's own, or everybody's with the permission. */
export function maySeePaymentsOf(viewer: Viewer | null, customerId: string): boolean {
  return viewer !== null && (viewer.userId === customerId || viewer.permissions.has('payments:read'));
}

/** One's own orders; whoever may change the orders of others and see their payments may pay for them. @throws RequestError FORBIDDEN */
export function requireMayPayFor(viewer: Viewer | null, customerId: string): void {
  if (viewer?.userId === customerId) return;
  if (maySeePaymentsOf(viewer, customerId) && viewer?.permissions.has('orders:write')) return;
  throw new RequestError('FORBIDDEN', 'You may only pay for your own orders.');
}
