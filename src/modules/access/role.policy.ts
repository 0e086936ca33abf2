import { InvalidStateError, RequestError, ValidationError } from '../../errors.ts';
import type { Viewer } from '../../viewer.ts';

export const ROLE_PERMISSIONS = ['roles:read', 'roles:write'] as const;

export const ADMIN_ROLE = 'admin';
export const MANAGER_ROLE = 'manager';
export const USER_ROLE = 'user';

/** Everybody may see the role they hold; the others take the permission. */
export function maySeeRole(viewer: Viewer | null, roleName: string): boolean {
  return viewer !== null && (viewer.permissions.has('roles:read') || viewer.roleName === roleName);
}

/** Nobody hands out, or takes away, what they do not hold; and only what exists. @throws ValidationError, RequestError FORBIDDEN */
export function requireMayGrant(viewer: Viewer | null, permissions: readonly string[], known: readonly string[]): void {
  const unknown = permissions.find((permission) => !known.includes(permission));
  if (unknown !== undefined) throw ValidationError.at('permissions', 'One of the permissions does not exist.');
  requireHoldsAll(viewer, permissions);
}

/** @throws RequestError FORBIDDEN */
export function requireHoldsAll(viewer: Viewer | null, permissions: readonly string[]): void {
  if (permissions.every((permission) => viewer?.permissions.has(permission))) return;
  throw new RequestError('FORBIDDEN', 'You can only deal in permissions that you hold.');
}

/** @throws InvalidStateError */
export function requireNotBuiltIn(role: { readonly builtIn: boolean }): void {
  if (role.builtIn) throw new InvalidStateError('Built-in roles cannot be renamed or deleted.');
}

/** Administrators can do everything: else a mistake could leave nobody who can repair it. @throws InvalidStateError */
export function requireMayShrink(role: { readonly name: string }): void {
  if (role.name === ADMIN_ROLE) throw new InvalidStateError('The administrators keep every permission.');
}
