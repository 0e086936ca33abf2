import { defineTags, type TagRule } from '../../event-bus/event-tags.ts';
import {
  UserCreated,
  UserDeleted,
  UserEmailVerified,
  UserPasswordChanged,
  UserRegistrationCompleted,
  UserUpdated,
} from './user.events.ts';
import { UsersImportCompleted } from './user-import.events.ts';

/** Who is in which list, in which order, and how many there are. */
export const USERS_TAG = 'users';

/** An import records the creation of everybody it makes as well. */
export const userTags: readonly TagRule[] = [
  ...defineTags([UserCreated, UserUpdated, UserDeleted], () => [USERS_TAG]),
  ...defineTags([UserRegistrationCompleted, UserPasswordChanged, UserEmailVerified, UsersImportCompleted], () => []),
];
