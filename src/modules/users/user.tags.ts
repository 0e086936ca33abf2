import { defineTags, type TagRule } from '../../event-bus/event-tags.ts';
import {
  UserCreated,
  UserDeleted,
  UserEmailVerified,
  UserPasswordChanged,
  UserRegistrationCompleted,
  UserUpdated,
} from './user.events.ts';
import { userBulkEvents } from './user-bulk.events.ts';
import { UsersImportCompleted } from './user-import.events.ts';

/** Who is in which list, in which order, and how many there are. */
export const USERS_TAG = 'users';

/** What happens to many is recorded of each of them as well. */
export const userTags: readonly TagRule[] = [
  ...defineTags([UserCreated, UserUpdated, UserDeleted], () => [USERS_TAG]),
  ...defineTags([UserRegistrationCompleted, UserPasswordChanged, UserEmailVerified], () => []),
  ...defineTags([...userBulkEvents, UsersImportCompleted], () => []),
];
