import { defineSaga, type Saga } from '../../event-bus/define-saga.ts';
import { clockTime } from '../../event-store/clock.ts';
import type { ModuleServices } from '../../graphql/context.ts';
import { UserDataErased } from '../privacy/erasure.events.ts';
import { UserDeleted, UserRegistrationCompleted } from '../users/user.events.ts';
import { WelcomeEmailSent } from './onboarding.events.ts';

/**
 * On USER_REGISTRATION_COMPLETED, of everybody alike: who registered, whom an administrator made or imported, and the
 * first administrator. Makes what belongs to an account and welcomes its owner:
 *
 *   default settings ─▶ onboarding ─▶ SEND_WELCOME_EMAIL … WELCOME_EMAIL_SENT ─▶ noted in the onboarding
 *
 * The mail comes last, as it alone cannot be taken back. When a step fails for good, or no mail goes out in time, the
 * steps before are taken back, unless the owner has built on them, and USER_REGISTRATION_FAILED is recorded. The account
 * stays. When the account goes meanwhile, so does this.
 */
export function registrationSaga({ onboarding, settings }: Pick<ModuleServices, 'onboarding' | 'settings'>): Saga {
  return defineSaga({
    name: 'registration',
    startsOn: UserRegistrationCompleted,
    endsOn: [UserDeleted, UserDataErased],
    keyOf: (event) => event.aggregateId,
    steps: [
      {
        name: 'create-settings',
        run: ({ em, key }) => settings.createDefaults(em, key, new Date(clockTime())),
        compensate: ({ em, key }) => settings.takeDefaultsBack(em, key),
      },
      {
        name: 'start-onboarding',
        run: ({ em, key }) => onboarding.start(em, key, new Date(clockTime())),
        compensate: ({ em, key }) => onboarding.cancel(em, key),
      },
      {
        name: 'ask-for-welcome-mail',
        run: ({ em, key }) => onboarding.requestWelcomeMail(em, key),
      },
      {
        name: 'note-welcome-mail',
        awaits: [WelcomeEmailSent],
        withinMs: onboarding.welcomeMailWithinMs,
        async run({ em, key, received }) {
          const sent = received(WelcomeEmailSent);
          if (sent) await onboarding.noteWelcomeMail(em, key, new Date(sent.timestamp));
        },
      },
    ],
    onFailed: ({ em, key }, { error, compensated }) =>
      onboarding.recordFailure(em, key, { error, compensatedSteps: compensated }),
  });
}
