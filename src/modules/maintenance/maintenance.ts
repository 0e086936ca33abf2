import { InvalidStateError, ValidationError } from '../../errors.ts';
import type { MaintenanceSnapshot } from './maintenance.events.ts';

/** What may follow on the last maintenance window there was, or on none. Pure. */

/** @throws InvalidStateError while one is open; ValidationError */
export function openWindow(
  last: MaintenanceSnapshot | null,
  { reason, expectedEnd }: { readonly reason: string; readonly expectedEnd: Date | null },
  now: Date,
): MaintenanceSnapshot {
  if (isOpen(last)) throw new InvalidStateError('A maintenance window is open already.');
  if (expectedEnd && expectedEnd <= now)
    throw ValidationError.at('expectedEnd', 'The expected end has passed already.');
  return { reason, startedAt: now.toISOString(), expectedEnd: expectedEnd?.toISOString() ?? null, completedAt: null };
}

/** @throws InvalidStateError while none is open */
export function closeWindow(last: MaintenanceSnapshot | null, now: Date): MaintenanceSnapshot {
  if (!isOpen(last)) throw new InvalidStateError('No maintenance window is open.');
  return { ...last, completedAt: now.toISOString() };
}

function isOpen(window: MaintenanceSnapshot | null): window is MaintenanceSnapshot {
  return window !== null && window.completedAt === null;
}
