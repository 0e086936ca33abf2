import type { SqlEntityManager } from '@mikro-orm/sql';
import { sqlOf } from '../../database/sql.ts';
import type { ModuleServices } from '../../graphql/context.ts';
import { FIRST_STEP } from './onboarding-steps.ts';
import { deleteOnboarding, insertOnboarding, noteWelcomeMail, snapshotOf } from './onboarding.repository.ts';

interface RegistrationFailure {
  /** Safe to show. */
  readonly error: string;
  /** Names of steps, in the order they were taken back. */
  readonly compensatedSteps: readonly string[];
}

/**
 * The steps of a registration that belong to this module, for its saga. Each records its event in the caller's
 * transaction, does nothing a second time, and nothing when the account is gone.
 */
export interface OnboardingServices {
  /** Records SEND_WELCOME_EMAIL, once in the life of an account. */
  requestWelcomeMail(em: SqlEntityManager, userId: string): Promise<void>;
  /** Records USER_ONBOARDING_STARTED. */
  start(em: SqlEntityManager, userId: string, now: Date): Promise<void>;
  /** Notes when the welcome mail went out. WELCOME_EMAIL_SENT has recorded it already, so nothing is. */
  noteWelcomeMail(em: SqlEntityManager, userId: string, sentAt: Date): Promise<void>;
  /** Undoes `start`. Records USER_ONBOARDING_CANCELLED; nothing when somebody has taken a step since. */
  cancel(em: SqlEntityManager, userId: string): Promise<void>;
  /** Records USER_REGISTRATION_FAILED: what the steps did was taken back. */
  recordFailure(em: SqlEntityManager, userId: string, failure: RegistrationFailure): Promise<void>;
  /** How long a registration waits for its welcome mail to have gone out; milliseconds. */
  readonly welcomeMailWithinMs: number;
}

export function createOnboardingServices(
  users: ModuleServices['users'],
  { welcomeMailWithinMs }: Pick<OnboardingServices, 'welcomeMailWithinMs'>,
): OnboardingServices {
  return {
    welcomeMailWithinMs,

    async requestWelcomeMail(em, userId) {
      const user = await users.loadLocked(em, userId);
      if (!user) return;
      const asked = await sqlOf(em)(
        `select from event where aggregate_type = 'User' and aggregate_id = $1 and type = 'SEND_WELCOME_EMAIL' limit 1`,
        [userId],
      );
      if (asked.length > 0) return;
      user.welcomeMailRequested();
      await em.flush();
    },

    async start(em, userId, now) {
      const user = await users.loadLocked(em, userId);
      const onboarding = user && (await insertOnboarding(sqlOf(em), userId, FIRST_STEP, now));
      if (!onboarding) return;
      user.onboardingStarted(FIRST_STEP, snapshotOf(onboarding));
      await em.flush();
    },

    noteWelcomeMail: (em, userId, sentAt) => noteWelcomeMail(sqlOf(em), userId, sentAt),

    async cancel(em, userId) {
      const user = await users.loadLocked(em, userId);
      const onboarding = user && (await deleteOnboarding(sqlOf(em), userId, FIRST_STEP));
      if (!onboarding) return;
      user.onboardingCancelled(snapshotOf(onboarding));
      await em.flush();
    },

    async recordFailure(em, userId, { error, compensatedSteps }) {
      const user = await users.loadLocked(em, userId);
      if (!user) return;
      user.registrationFailed(error, compensatedSteps);
      await em.flush();
    },
  };
}

declare module '../../graphql/context.ts' {
  interface ModuleServices {
    readonly onboarding: OnboardingServices;
  }
}
