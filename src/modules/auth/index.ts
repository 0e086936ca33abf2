import type { ModuleManifest } from '../../graphql/module-manifest.ts';
import {
  UserLocked,
  UserLoggedIn,
  UserLoggedOut,
  UserLoginFailed,
  UserRegistrationRepeated,
} from './session.events.ts';
import { SESSION_PERMISSIONS } from './session.policy.ts';
import { sessionTags } from './session.tags.ts';
import './session.type.ts';
import './register.mutation.ts';
import './login.mutation.ts';
import './refresh-session.mutation.ts';
import './logout.mutation.ts';
import './change-password.mutation.ts';
import './request-password-reset.mutation.ts';
import './reset-password.mutation.ts';
import './verify-email.mutation.ts';
import { authPersonalData } from './personal-data.ts';

export const authModule: ModuleManifest = {
  name: 'auth',
  entities: [],
  events: [UserLoggedIn, UserLoggedOut, UserLoginFailed, UserLocked, UserRegistrationRepeated],
  cacheTags: sessionTags,
  personalData: authPersonalData,
  permissions: SESSION_PERMISSIONS,
};
