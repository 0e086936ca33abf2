import { v7 } from 'uuid';
import type { CommandOutcome, CommandScope } from '../../../src/event-bus/command.ts';
import type { GraphqlClient } from '../../support/graphql-client.ts';
import type { TestNode } from '../../support/test-app.ts';

interface ShownOnboarding {
  readonly steps: readonly string[];
  readonly currentStep: string | null;
  readonly welcomeEmailSent: boolean;
  readonly welcomeEmailSentAt: string | null;
  readonly isCompleted: boolean;
}

const ONBOARDING = 'steps currentStep startedAt welcomeEmailSent welcomeEmailSentAt isCompleted completedAt';
const COMPLETE = `mutation ($step: String!) { completeOnboardingStep(step: $step) {
  __typename ... on CompleteOnboardingStepPayload { onboarding { ${ONBOARDING} } events { type } }
  ... on ValidationError { fieldErrors { path } } } }`;

interface CompleteStepAnswer {
  readonly __typename: string;
  readonly onboarding?: ShownOnboarding;
  readonly events?: readonly { readonly type: string }[];
}

export async function completeStep(client: GraphqlClient, step: string): Promise<CompleteStepAnswer> {
  return (await client.ask<{ completeOnboardingStep: CompleteStepAnswer }>(COMPLETE, { step })).completeOnboardingStep;
}

export async function onboardingOf(client: GraphqlClient, userId: string): Promise<ShownOnboarding | null> {
  const query = `query ($id: ID!) { user(id: $id) { onboarding { ${ONBOARDING} } } }`;
  return (await client.ask<{ user: { onboarding: ShownOnboarding | null } }>(query, { id: userId })).user.onboarding;
}

/** Runs work as a step of a saga would: in a transaction and event context of its own. */
export function asStep(
  { app }: TestNode,
  work: (scope: CommandScope) => Promise<void>,
): Promise<CommandOutcome<Record<string, never>>> {
  return app.bus.commands.execute({
    name: 'registrationStep',
    aggregateType: 'User',
    kind: 'UPDATE',
    shown: {},
    viewer: null,
    origin: { correlationId: v7(), ipAddress: null, userAgent: null },
    run: async (scope) => {
      await work(scope);
      return {};
    },
  });
}
