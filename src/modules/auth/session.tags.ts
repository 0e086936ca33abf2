import { defineTags, type TagRule } from '../../event-bus/event-tags.ts';
import {
  UserLocked,
  UserLoggedIn,
  UserLoggedOut,
  UserLoginFailed,
  UserRegistrationRepeated,
} from './session.events.ts';

/** They change nothing but the user's version: lists and counts stay good through every login. */
export const sessionTags: readonly TagRule[] = defineTags(
  [UserLoggedIn, UserLoggedOut, UserLoginFailed, UserLocked, UserRegistrationRepeated],
  () => [],
);
