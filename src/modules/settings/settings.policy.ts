import type { Viewer } from '../../viewer.ts';

/** One's own, or those of everybody whose account one may see. */
export function maySeeSettings(viewer: Viewer | null, userId: string): boolean {
  return viewer !== null && (viewer.userId === userId || viewer.permissions.has('users:read'));
}
