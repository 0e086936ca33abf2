import type { SqlEntityManager } from '@mikro-orm/sql';
import { sqlOf } from '../../database/sql.ts';
import { ConcurrencyError } from '../../errors.ts';
import {
  UserLocked,
  UserLoggedIn,
  UserLoggedOut,
  UserLoginFailed,
  UserRegistrationRepeated,
} from '../auth/session.events.ts';
import {
  SendWelcomeEmail,
  UserOnboardingCancelled,
  UserOnboardingCompleted,
  UserOnboardingStarted,
  UserOnboardingStepCompleted,
  UserRegistrationFailed,
  WelcomeEmailSent,
} from '../onboarding/onboarding.events.ts';
import type { User } from './user.entity.ts';
import { UserPasswordChanged } from './user.events.ts';

/** Of an account, and nothing of what a user shows is another after them. Whatever is not named here counts as a change. */
const LEAVE_THE_USER_AS_SEEN = [
  UserLocked,
  UserLoggedIn,
  UserLoggedOut,
  UserLoginFailed,
  UserPasswordChanged,
  UserRegistrationRepeated,
  SendWelcomeEmail,
  WelcomeEmailSent,
  UserOnboardingStarted,
  UserOnboardingStepCompleted,
  UserOnboardingCompleted,
  UserOnboardingCancelled,
  UserRegistrationFailed,
].map(({ type }) => type);

/**
 * Whoever decided on an older version saw the user as it is if nothing but such events came since. The caller holds the
 * stream, so that nothing comes meanwhile.
 * @throws ConcurrencyError
 */
export async function requireSeenAsIs(em: SqlEntityManager, user: User, expectedVersion: number): Promise<void> {
  if (user.version === expectedVersion) return;
  const isOlder = expectedVersion > 0 && expectedVersion < user.version;
  const changes = isOlder
    ? await sqlOf(em)(
        `select from event where aggregate_type = 'User' and aggregate_id = $1 and version > $2
           and type <> all($3::text[]) limit 1`,
        [user.id, expectedVersion, LEAVE_THE_USER_AS_SEEN],
      )
    : null;
  if (changes?.length !== 0) throw new ConcurrencyError(expectedVersion, user.version);
}
