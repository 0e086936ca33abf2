import { builder } from '../../graphql/builder.ts';
import type { Context } from '../../graphql/context.ts';
import { readByIds } from '../../graphql/read-by-ids.ts';
import { UserType } from '../users/user.type.ts';
import { maySeeOnboarding } from './onboarding.policy.ts';
import { findOnboardings, type Onboarding } from './onboarding.repository.ts';
import { ONBOARDING_STEPS } from './onboarding-steps.ts';

export const OnboardingType = builder.loadableObjectRef<Onboarding, string>('Onboarding', {
  load: async (userIds: string[], context: Context) => {
    const found = await readByIds(context, userIds, findOnboardings, (onboarding) => onboarding.userId);
    return userIds.map((userId) => found.get(userId) ?? null) as Onboarding[];
  },
});

OnboardingType.implement({
  authScopes: (onboarding, context) => maySeeOnboarding(context.viewer, onboarding.userId),
  fields: (t) => ({
    steps: t.stringList({
      description: 'All there are, in the order they are done.',
      resolve: () => [...ONBOARDING_STEPS],
    }),
    currentStep: t.exposeString('currentStep', { nullable: true, description: 'Null when all are done.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    welcomeEmailSent: t.boolean({ resolve: (onboarding) => onboarding.welcomeEmailSentAt !== null }),
    welcomeEmailSentAt: t.expose('welcomeEmailSentAt', { type: 'DateTime', nullable: true }),
    isCompleted: t.boolean({ resolve: (onboarding) => onboarding.completedAt !== null }),
    completedAt: t.expose('completedAt', { type: 'DateTime', nullable: true }),
  }),
});

builder.objectField(UserType, 'onboarding', (t) =>
  t.field({
    type: OnboardingType,
    nullable: true,
    description: 'Null until the registration has begun it.',
    resolve: (user) => user.id,
  }),
);
