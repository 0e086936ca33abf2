import { defineTags, type TagRule } from '../../event-bus/event-tags.ts';
import {
  SendWelcomeEmail,
  UserOnboardingCancelled,
  UserOnboardingCompleted,
  UserOnboardingStarted,
  UserOnboardingStepCompleted,
  UserRegistrationFailed,
  WelcomeEmailSent,
} from './onboarding.events.ts';

/** Nothing of it is cached. */
export const onboardingTags: readonly TagRule[] = defineTags(
  [
    SendWelcomeEmail,
    WelcomeEmailSent,
    UserOnboardingStarted,
    UserOnboardingStepCompleted,
    UserOnboardingCompleted,
    UserOnboardingCancelled,
    UserRegistrationFailed,
  ],
  () => [],
);
