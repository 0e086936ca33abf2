import { z } from 'zod';
import { sqlOf } from '../../database/sql.ts';
import { InvalidStateError, ValidationError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { findOnboardings, moveOnboarding, snapshotOf } from './onboarding.repository.ts';
import { isBehind, isOnboardingStep, ONBOARDING_STEPS, stepAfter } from './onboarding-steps.ts';
import { OnboardingType } from './onboarding.type.ts';

const CompleteOnboardingStepPayload = mutationPayload<{ userId: string }>('CompleteOnboardingStepPayload');
CompleteOnboardingStepPayload.implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({ onboarding: t.field({ type: OnboardingType, resolve: (outcome) => outcome.result.userId }) }),
});

const CompleteOnboardingStepResult = mutationResult('CompleteOnboardingStepResult', CompleteOnboardingStepPayload, [
  ValidationError,
  InvalidStateError,
]);

const completeOnboardingStep = defineCommand({
  name: 'completeOnboardingStep',
  aggregateType: 'User',
  kind: 'UPDATE',
  authScopes: { authenticated: true },
  input: z.strictObject({
    step: z.string().refine(isOnboardingStep, `The steps are ${ONBOARDING_STEPS.join(', ')}.`),
  }),
  shown: ['step'],
  async run({ em, now, viewer: { userId }, services, input: { step } }) {
    const user = await services.users.loadLocked(em, userId);
    const [onboarding] = await findOnboardings(em, [userId]);
    if (!user || !onboarding) throw new InvalidStateError('The onboarding has not begun.');
    const { currentStep } = onboarding;
    if (isBehind(step, currentStep)) return { userId };
    if (step !== currentStep && currentStep !== null && isOnboardingStep(currentStep))
      throw new InvalidStateError(`The step to be done now is ${currentStep}.`);
    const moved = snapshotOf(await moveOnboarding(sqlOf(em), userId, { step: stepAfter(step), now }));
    user.onboardingStepCompleted(step, moved);
    return { userId };
  },
});

builder.mutationField('completeOnboardingStep', (t) =>
  t.field({
    type: CompleteOnboardingStepResult.type,
    description: 'In their order; a step that is done already changes nothing.',
    authScopes: completeOnboardingStep.authScopes,
    args: { step: t.arg.string({ required: true }) },
    resolve: (_root, args, context) =>
      CompleteOnboardingStepResult.answer(() => completeOnboardingStep.execute(context, args)),
  }),
);
