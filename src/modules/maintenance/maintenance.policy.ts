import type { Viewer } from '../../viewer.ts';

export const MAINTENANCE_PERMISSIONS = ['maintenance:manage'] as const;

/** Whoever may open and close windows works during them. */
export function mayWriteDuringMaintenance(viewer: Viewer | null): boolean {
  return viewer?.permissions.has('maintenance:manage') ?? false;
}
