import { RequestError } from '../../errors.ts';
import type { Viewer } from '../../viewer.ts';

export const PRIVACY_PERMISSIONS = ['users:erase', 'users:export'] as const;

/** One's own data, or anybody's with the permission. @throws RequestError FORBIDDEN */
export function requireMayExport(viewer: Viewer, personId: string): void {
  if (viewer.userId === personId || viewer.permissions.has('users:export')) return;
  throw new RequestError('FORBIDDEN', 'You may only export your own data.');
}
