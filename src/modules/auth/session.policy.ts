import type { Viewer } from '../../viewer.ts';

export const SESSION_PERMISSIONS = ['sessions:manage'] as const;

export function mayManageSessions(viewer: Viewer | null, userId: string): boolean {
  return viewer !== null && (viewer.userId === userId || viewer.permissions.has('sessions:manage'));
}
