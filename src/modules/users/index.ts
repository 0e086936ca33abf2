import type { ModuleManifest } from '../../graphql/module-manifest.ts';
import { User } from './user.entity.ts';
import { userEvents } from './user.events.ts';
import { userBulkEvents } from './user-bulk.events.ts';
import { UsersImportCompleted } from './user-import.events.ts';
import { USER_PERMISSIONS } from './user.policy.ts';
import { userTags } from './user.tags.ts';
import './user.type.ts';
import './create-user.mutation.ts';
import './update-user.mutation.ts';
import './set-user-active.mutation.ts';
import './delete-user.mutation.ts';
import './bulk-set-users-active.mutation.ts';
import './import-users.mutation.ts';
import { userPersonalData } from './personal-data.ts';

export const usersModule: ModuleManifest = {
  name: 'users',
  entities: [User],
  events: [...userEvents, ...userBulkEvents, UsersImportCompleted],
  cacheTags: userTags,
  personalData: userPersonalData,
  permissions: USER_PERMISSIONS,
};
