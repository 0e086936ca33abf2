import type { Viewer } from '../../viewer.ts';

/** One's own, or that of everybody whose account one may see. */
export function maySeeOnboarding(viewer: Viewer | null, userId: string): boolean {
  return viewer !== null && (viewer.userId === userId || viewer.permissions.has('users:read'));
}
