import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModuleServices } from '../../../src/graphql/context.ts';
import type { CommandScope } from '../../../src/event-bus/command.ts';
import { createUser } from '../../support/factories.ts';
import { findLogFaults } from '../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';
import { asStep, onboardingOf } from './onboarding-client.ts';

let app: TestApp;
let services: ModuleServices;
beforeAll(async () => {
  app = await startTestApp();
  services = app.app.services;
});
afterAll(() => app[Symbol.asyncDispose]());

type Step = (scope: CommandScope, userId: string) => Promise<void>;

const STEPS: Readonly<Record<string, { readonly step: () => Step; readonly records: string }>> = {
  'ask for the welcome mail': {
    step:
      () =>
      ({ em }, userId) =>
        services.onboarding.requestWelcomeMail(em, userId),
    records: 'SEND_WELCOME_EMAIL',
  },
  'make settings': {
    step:
      () =>
      ({ em, now }, userId) =>
        services.settings.createDefaults(em, userId, now),
    records: 'USER_SETTINGS_CREATED',
  },
  'start the onboarding': {
    step:
      () =>
      ({ em, now }, userId) =>
        services.onboarding.start(em, userId, now),
    records: 'USER_ONBOARDING_STARTED',
  },
};
const UNDOS: typeof STEPS = {
  'take the settings away': {
    step:
      () =>
      ({ em }, userId) =>
        services.settings.remove(em, userId),
    records: 'USER_SETTINGS_DELETED',
  },
  'cancel the onboarding': {
    step:
      () =>
      ({ em }, userId) =>
        services.onboarding.cancel(em, userId),
    records: 'USER_ONBOARDING_CANCELLED',
  },
};

const typesOf = (outcome: Awaited<ReturnType<typeof asStep>>): string[] => outcome.events.map(({ type }) => type);

test.for(Object.entries(STEPS))('to %s records once, also of many at once', async ([, { step, records }]) => {
  const { id } = await createUser(app.admin.client);
  const outcomes = await Promise.all(Array.from({ length: 5 }, () => asStep(app, (scope) => step()(scope, id))));
  expect(outcomes.flatMap(typesOf)).toEqual([records]);
  expect(typesOf(await asStep(app, (scope) => step()(scope, id)))).toEqual([]);
});

test.for(Object.entries(UNDOS))(
  'to %s records once, and the steps can be taken again',
  async ([, { step, records }]) => {
    const { id } = await createUser(app.admin.client);
    const doAll = async (): Promise<string[]> => {
      const outcomes = [];
      for (const { step: each } of Object.values(STEPS)) outcomes.push(await asStep(app, (scope) => each()(scope, id)));
      return outcomes.flatMap(typesOf);
    };
    expect(typesOf(await asStep(app, (scope) => step()(scope, id)))).toEqual([]);
    expect(await doAll()).toHaveLength(3);
    expect(typesOf(await asStep(app, (scope) => step()(scope, id)))).toEqual([records]);
    expect(typesOf(await asStep(app, (scope) => step()(scope, id)))).toEqual([]);
    expect(await doAll()).toHaveLength(1);
    expect(await findLogFaults(app.sql)).toEqual([]);
  },
);

test.for([...Object.entries(STEPS), ...Object.entries(UNDOS)])(
  'to %s for an account that is gone is nothing',
  async ([, { step }]) => {
    expect(typesOf(await asStep(app, (scope) => step()(scope, v7())))).toEqual([]);
  },
);

test('a step that is rolled back leaves nothing, and two steps may share a transaction', async () => {
  const { id } = await createUser(app.admin.client);
  const both = async ({ em, now }: CommandScope): Promise<void> => {
    await services.settings.createDefaults(em, id, now);
    await services.onboarding.start(em, id, now);
  };
  const failing = asStep(app, async (scope) => {
    await both(scope);
    throw new Error('the next step failed');
  });
  await expect(failing).rejects.toThrow('the next step failed');
  expect(await onboardingOf(app.admin.client, id)).toBeNull();
  expect(typesOf(await asStep(app, both))).toEqual(['USER_SETTINGS_CREATED', 'USER_ONBOARDING_STARTED']);
});

test('the welcome mail is noted with the time it went out first', async () => {
  const { id } = await createUser(app.admin.client);
  const note = (sentAt: string) =>
    asStep(app, ({ em }) => services.onboarding.noteWelcomeMail(em, id, new Date(sentAt)));
  await note('2026-11-23T16:00:00.000Z');
  expect(await onboardingOf(app.admin.client, id)).toBeNull();
  await asStep(app, ({ em, now }) => services.onboarding.start(em, id, now));
  expect(await onboardingOf(app.admin.client, id)).toMatchObject({ welcomeEmailSent: false });
  await note('2026-11-23T17:00:00.000Z');
  await note('2026-11-23T18:00:00.000Z');
  expect(await onboardingOf(app.admin.client, id)).toMatchObject({
    welcomeEmailSent: true,
    welcomeEmailSentAt: '2026-11-23T17:00:00.000Z',
  });
});
