import type { Viewer } from '../../viewer.ts';

export const ROLE_PERMISSIONS = ['roles:read', 'roles:write'] as const;

export const ADMIN_ROLE = 'admin';
export const MANAGER_ROLE = 'manager';
export const USER_ROLE = 'user';

/** Everybody may see the role they hold; the others take the permission. */
export function maySeeRole(viewer: Viewer | null, roleName: string): boolean {
  return viewer !== null && (viewer.permissions.has('roles:read') || viewer.roleName === roleName);
}
