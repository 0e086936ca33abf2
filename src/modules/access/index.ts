import type { ModuleManifest } from '../../graphql/module-manifest.ts';
import { Role } from './role.entity.ts';
import { PermissionGranted, PermissionRevoked, RoleCreated, RoleDeleted, RoleUpdated } from './role.events.ts';
import { ROLE_PERMISSIONS } from './role.policy.ts';
import { roleTags } from './role.tags.ts';
import './role.type.ts';
import './write-role.mutation.ts';
import './grant-permission.mutation.ts';

export const accessModule: ModuleManifest = {
  name: 'access',
  entities: [Role],
  events: [RoleCreated, RoleUpdated, RoleDeleted, PermissionGranted, PermissionRevoked],
  cacheTags: roleTags,
  permissions: ROLE_PERMISSIONS,
};
