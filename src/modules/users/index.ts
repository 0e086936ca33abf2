import type { ModuleManifest } from '../../graphql/module-manifest.ts';
import { User } from './user.entity.ts';
import {
  UserCreated,
  UserDeleted,
  UserEmailVerified,
  UserPasswordChanged,
  UserRegistrationCompleted,
  UserUpdated,
} from './user.events.ts';
import { USER_PERMISSIONS } from './user.policy.ts';
import { userTags } from './user.tags.ts';
import './user.type.ts';
import './create-user.mutation.ts';
import './update-user.mutation.ts';
import './set-user-active.mutation.ts';
import './delete-user.mutation.ts';

export const usersModule: ModuleManifest = {
  name: 'users',
  entities: [User],
  events: [UserCreated, UserRegistrationCompleted, UserUpdated, UserDeleted, UserPasswordChanged, UserEmailVerified],
  cacheTags: userTags,
  permissions: USER_PERMISSIONS,
};
