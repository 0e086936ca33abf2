import { RequestError } from '../../errors.ts';
import type { Viewer } from '../../viewer.ts';

export const USER_PERMISSIONS = ['users:read', 'users:write'] as const;

export function maySeeUser(viewer: Viewer | null, userId: string): boolean {
  return viewer !== null && (viewer.userId === userId || viewer.permissions.has('users:read'));
}

/** Own data, or anybody's with the permission. */
export function requireMayChangeUser(viewer: Viewer | null, userId: string): void {
  if (viewer?.userId === userId || viewer?.permissions.has('users:write')) return;
  throw new RequestError('FORBIDDEN', 'You may only change your own account.');
}

/**
 * Nobody hands out, or takes over, more than they hold: applies to a role being assigned and to the role of whoever is changed.
 */
export function requireHoldsAll(viewer: Viewer | null, permissions: readonly string[]): void {
  if (permissions.every((permission) => viewer?.permissions.has(permission))) return;
  throw new RequestError('FORBIDDEN', 'This concerns a role with permissions that you do not hold.');
}
