import type { ModuleManifest } from '../../graphql/module-manifest.ts';
import {
  SendWelcomeEmail,
  UserOnboardingCancelled,
  UserOnboardingCompleted,
  UserOnboardingStarted,
  UserOnboardingStepCompleted,
  UserRegistrationFailed,
  WelcomeEmailSent,
} from './onboarding.events.ts';
import { onboardingTags } from './onboarding.tags.ts';
import { registrationSaga } from './registration.saga.ts';
import './onboarding.type.ts';
import './complete-onboarding-step.mutation.ts';
import { onboardingPersonalData } from './personal-data.ts';

export const onboardingModule: ModuleManifest = {
  name: 'onboarding',
  entities: [],
  events: [
    SendWelcomeEmail,
    WelcomeEmailSent,
    UserOnboardingStarted,
    UserOnboardingStepCompleted,
    UserOnboardingCompleted,
    UserOnboardingCancelled,
    UserRegistrationFailed,
  ],
  cacheTags: onboardingTags,
  personalData: onboardingPersonalData,
  permissions: [],
  sagas: (services) => [registrationSaga(services)],
};
