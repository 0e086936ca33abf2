import type { AggregateRef } from '../../event-bus/aggregate-watch.ts';
import type { Viewer } from '../../viewer.ts';

export const SESSION_PERMISSIONS = ['sessions:manage'] as const;

export function mayManageSessions(viewer: Viewer | null, userId: string): boolean {
  return viewer !== null && (viewer.userId === userId || viewer.permissions.has('sessions:manage'));
}

/** Their account and sessions, whose events are the user's, and every role: a rename would be missed by its name. */
export function aggregatesBehind(viewer: Viewer): readonly AggregateRef[] {
  return [{ type: 'User', id: viewer.userId }, { type: 'Role' }];
}
