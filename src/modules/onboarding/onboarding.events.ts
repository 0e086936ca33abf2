import { z } from 'zod';
import { defineEvent } from '../../event-store/define-event.ts';
import { userSnapshot, withoutVerification } from '../users/user.events.ts';

const aboutItself = (_data: unknown, aggregateId: string): string => aggregateId;

/** Asks for the welcome mail; the one imperative name, kept for compatibility. */
export const SendWelcomeEmail = defineEvent({
  type: 'SEND_WELCOME_EMAIL',
  aggregateType: 'User',
  schemaVersion: 2,
  upcasters: { 1: withoutVerification },
  data: z.object({ user: userSnapshot }),
  subject: aboutItself,
});

export const WelcomeEmailSent = defineEvent({
  type: 'WELCOME_EMAIL_SENT',
  aggregateType: 'User',
  schemaVersion: 2,
  upcasters: { 1: withoutVerification },
  data: z.object({ user: userSnapshot }),
  subject: aboutItself,
});

const onboardingSnapshot = z
  .strictObject({
    userId: z.uuid(),
    /** Null when all are done. */
    currentStep: z.string().nullable(),
    startedAt: z.iso.datetime(),
    welcomeEmailSentAt: z.iso.datetime().nullable(),
    completedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'OnboardingSnapshot' });
export type OnboardingSnapshot = z.output<typeof onboardingSnapshot>;

export const UserOnboardingStarted = defineEvent({
  type: 'USER_ONBOARDING_STARTED',
  aggregateType: 'User',
  /** The step to be done first. */
  data: z.object({ step: z.string(), onboarding: onboardingSnapshot }),
  subject: aboutItself,
});

export const UserOnboardingStepCompleted = defineEvent({
  type: 'USER_ONBOARDING_STEP_COMPLETED',
  aggregateType: 'User',
  data: z.object({ step: z.string(), onboarding: onboardingSnapshot }),
  subject: aboutItself,
});

export const UserOnboardingCompleted = defineEvent({
  type: 'USER_ONBOARDING_COMPLETED',
  aggregateType: 'User',
  /** The step that was the last. */
  data: z.object({ step: z.string(), onboarding: onboardingSnapshot }),
  subject: aboutItself,
});

/** Something behind the account could not be made; what was made has been taken back. The account itself stays. */
export const UserRegistrationFailed = defineEvent({
  type: 'USER_REGISTRATION_FAILED',
  aggregateType: 'User',
  /** The names of the steps stand in the order they were taken back. */
  data: z.object({ user: userSnapshot, error: z.string(), compensatedSteps: z.array(z.string()) }),
  subject: aboutItself,
});

/** The registration it belonged to failed. */
export const UserOnboardingCancelled = defineEvent({
  type: 'USER_ONBOARDING_CANCELLED',
  aggregateType: 'User',
  data: z.object({ onboarding: onboardingSnapshot }),
  subject: aboutItself,
});
