import { defineTags, type TagRule } from '../../event-bus/event-tags.ts';
import { SendWelcomeEmail, WelcomeEmailSent } from './onboarding.events.ts';

export const onboardingTags: readonly TagRule[] = defineTags([SendWelcomeEmail, WelcomeEmailSent], () => []);
