import { defineTags, type TagRule } from '../../event-bus/event-tags.ts';
import { PermissionGranted, PermissionRevoked, RoleCreated, RoleDeleted, RoleUpdated } from './role.events.ts';

const ROLES_TAG = 'roles';

/** What depends on the permissions of everybody who holds the role. */
const roleHoldersTag = (roleId: string): string => `role-holders:${roleId}`;

export const roleTags: readonly TagRule[] = defineTags(
  [RoleCreated, RoleUpdated, RoleDeleted, PermissionGranted, PermissionRevoked],
  (_data, roleId) => [ROLES_TAG, roleHoldersTag(roleId)],
);
