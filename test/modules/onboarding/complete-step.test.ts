import { afterAll, beforeAll, expect, test } from 'vitest';
import { FIRST_STEP, ONBOARDING_STEPS } from '../../../src/modules/onboarding/onboarding-steps.ts';
import { createUser, PASSWORD, type SignedIn, signIn } from '../../support/factories.ts';
import { countChanges, findLogFaults } from '../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';
import { asStep, completeStep, onboardingOf } from './onboarding-client.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

/** Somebody whose onboarding has begun, whoever began it. */
async function newcomer(): Promise<SignedIn> {
  const user = await createUser(app.admin.client, { password: PASSWORD });
  await asStep(app, ({ em, now }) => app.app.services.onboarding.start(em, user.id, now));
  return signIn(app.client, user.email);
}

test('the steps are done in their order, each once, and the last one ends it', async () => {
  const { client, user } = await newcomer();
  const recorded: string[][] = [];
  for (const step of ONBOARDING_STEPS) {
    const { events } = await completeStep(client, step);
    recorded.push(events?.map(({ type }) => type) ?? []);
    expect((await completeStep(client, step)).events).toEqual([]);
  }
  const completed = ['USER_ONBOARDING_STEP_COMPLETED'];
  expect(recorded).toEqual([completed, completed, [...completed, 'USER_ONBOARDING_COMPLETED']]);
  expect(await onboardingOf(client, user.id)).toMatchObject({
    steps: [...ONBOARDING_STEPS],
    currentStep: null,
    isCompleted: true,
  });
  expect(await findLogFaults(app.sql)).toEqual([]);
});

test('a step that is not due yet changes nothing', async () => {
  const { client, user } = await newcomer();
  const before = await countChanges(app.sql);
  expect(await completeStep(client, ONBOARDING_STEPS[2] ?? '')).toMatchObject({ __typename: 'InvalidStateError' });
  expect(await countChanges(app.sql)).toBe(before);
  expect(await onboardingOf(client, user.id)).toMatchObject({ currentStep: ONBOARDING_STEPS[0], isCompleted: false });
});

test('of many who complete a step at once one does', async () => {
  const { client } = await newcomer();
  const answers = await Promise.all(Array.from({ length: 6 }, () => completeStep(client, FIRST_STEP)));
  expect(answers.flatMap(({ events }) => events ?? []).map(({ type }) => type)).toEqual([
    'USER_ONBOARDING_STEP_COMPLETED',
  ]);
});

test.for<[string, string]>([
  ['empty', ''],
  ['none', 'NO_STEP'],
  ['in small letters', 'welcome'],
  ['huge', 'W'.repeat(50_000)],
])('a step that is %s is refused', async ([, step]) => {
  const { client } = await newcomer();
  const before = await countChanges(app.sql);
  expect(await completeStep(client, step)).toMatchObject({
    __typename: 'ValidationError',
    fieldErrors: [{ path: ['step'] }],
  });
  expect(await countChanges(app.sql)).toBe(before);
});
