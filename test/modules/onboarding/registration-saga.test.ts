import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser, mutate, PASSWORD, personInput, signIn, succeed } from '../../support/factories.ts';
import { inboxOf } from '../../support/inbox.ts';
import { findSaga, letSagaTimeBeOver, stepsOf, untilSaga, untilSagaIs } from '../../support/sagas.ts';
import { findLogFaults } from '../../support/stored-log.ts';
import { waitFor } from '../../support/wait-for.ts';
import { type MailApp, startMailApp } from '../email/mail-app.ts';
import { settingsOf, updateSettings } from '../settings/settings-client.ts';
import { onboardingOf } from './onboarding-client.ts';

let app: MailApp;
beforeAll(async () => {
  const hasty = {
    SIGNALBOX_HANDLER_MAX_ATTEMPTS: '3',
    SIGNALBOX_HANDLER_RETRY_BASE_MS: '10',
    SIGNALBOX_HANDLER_RETRY_MAX_MS: '100',
  };
  app = await startMailApp(hasty, 'running');
  await app.sql(`create function refuse() returns trigger language plpgsql as $$ begin
    if (select username from app_user where id = new.user_id) = 'unlucky' then raise exception 'no onboarding'; end if;
    return new; end $$`);
  await app.sql('create trigger refusal before insert on onboarding for each row execute function refuse()');
});
afterAll(() => app[Symbol.asyncDispose]());

const welcomesTo = (address: string) =>
  app.sink.mails.filter(({ to, raw }) => to.includes(address) && /^Subject: Welcome /m.test(raw));
const typesOf = async (userId: string): Promise<string[]> =>
  (await app.app.bus.log.readStream('User', userId)).map(({ type }) => type);
const idOf = async (email: string): Promise<string> =>
  (await app.sql<{ id: string }>('select id from app_user where email = $1', [email]))[0]?.id ?? '';

const IMPORT = `mutation ($input: ImportUsersInput!) { importUsers(input: $input) { ... on ImportUsersPayload { successful { id } } } }`;
const WAYS = {
  'registers by themselves': (email: string) =>
    mutate(app.client, 'register', { input: { ...personInput({ email }), password: PASSWORD } }),
  'is made by an administrator, without a password': (email: string) => createUser(app.admin.client, { email }),
  'is imported': (email: string) => app.admin.client.ask(IMPORT, { input: { users: [personInput({ email })] } }),
} as const;

test.for(Object.entries(WAYS))('who %s gets settings, an onboarding and one welcome mail', async ([name, make]) => {
  const email = `${name.replaceAll(/\W/g, '-')}@example.org`;
  await make(email);
  const id = await idOf(email);
  const { client } = app.admin;
  const saga = await untilSagaIs(client, 'registration', id, 'COMPLETED');
  expect(stepsOf(saga)).toEqual([
    'STARTED',
    'STEP_DONE create-settings',
    'STEP_DONE start-onboarding',
    'STEP_DONE ask-for-welcome-mail',
    'STEP_DONE note-welcome-mail',
    'COMPLETED',
  ]);
  expect(saga.startedBy).toEqual({ type: 'USER_REGISTRATION_COMPLETED' });
  expect(await typesOf(id)).toEqual([
    'USER_CREATED',
    'USER_REGISTRATION_COMPLETED',
    'USER_ONBOARDING_STARTED',
    'SEND_WELCOME_EMAIL',
    'WELCOME_EMAIL_SENT',
  ]);
  const events = await app.app.bus.log.readStream('User', id);
  expect(new Set(events.map(({ metadata }) => metadata.correlationId))).toEqual(new Set([saga.correlationId]));
  expect(await onboardingOf(client, id)).toMatchObject({
    currentStep: 'WELCOME',
    welcomeEmailSent: true,
    welcomeEmailSentAt: new Date(events[4]?.timestamp ?? '').toISOString(),
  });
  expect(await settingsOf(client, id)).toMatchObject({ theme: 'LIGHT', language: 'en', version: 1 });
  expect(welcomesTo(email)).toHaveLength(1);
});

test('the first administrator gets the same', async () => {
  const { client, user } = app.admin;
  await untilSagaIs(client, 'registration', user.id, 'COMPLETED');
  expect(welcomesTo(user.email)).toHaveLength(1);
});

test('a step that keeps failing has the steps before taken back and the failure recorded, and the account stays', async () => {
  const { client } = app.admin;
  const { id, email } = await createUser(client, { username: 'unlucky', password: PASSWORD });
  const saga = await untilSagaIs(client, 'registration', id, 'COMPENSATED');
  expect(saga.compensatedSteps).toEqual(['create-settings']);
  const failed = (await app.app.bus.log.readStream('User', id)).at(-1);
  expect(failed).toMatchObject({
    type: 'USER_REGISTRATION_FAILED',
    data: { user: { id }, error: 'no onboarding', compensatedSteps: ['create-settings'] },
    metadata: { correlationId: saga.correlationId, userId: null },
  });
  expect(JSON.stringify(failed)).not.toMatch(/password|\$argon2/i);
  expect(await settingsOf(client, id)).toBeNull();
  expect(await onboardingOf(client, id)).toBeNull();
  expect(await typesOf(id)).not.toContain('SEND_WELCOME_EMAIL');
  await signIn(app.client, email);

  const notice = await waitFor(
    async () => (await inboxOf(client)).find(({ eventType }) => eventType === 'USER_REGISTRATION_FAILED'),
    { describe: 'the notification of the administrator' },
  );
  expect(notice).toMatchObject({ type: 'ERROR', eventId: failed?.id });
  const audited = await waitFor(
    async () => {
      const rows = await app.sql('select action, user_id from audit_log where event_id = $1', [failed?.id]);
      return rows.length > 0 && rows;
    },
    { describe: 'the entry of the audit log' },
  );
  expect(audited).toEqual([{ action: 'FAIL', user_id: null }]);
  expect(await findLogFaults(app.sql)).toEqual([]);
});

test('an account that is deleted while its mail waits ends the saga quietly, and nobody writes to it any more', async () => {
  const { client } = app.admin;
  const email = 'gone@example.org';
  app.sink.behaviour = (recipient) => (recipient === email ? 'try-later' : 'accept');
  const { id } = await createUser(client, { email });
  await untilSaga(client, 'registration', id, ({ step }) => step === 'note-welcome-mail');
  await succeed(client, 'deleteUser', { id });
  const saga = await untilSagaIs(client, 'registration', id, 'CANCELLED');
  expect(saga.compensatedSteps).toEqual([]);
  app.sink.behaviour = 'accept';
  const after = await createUser(client, { email: 'after@example.org' });
  await untilSagaIs(client, 'registration', after.id, 'COMPLETED');
  expect(welcomesTo(email)).toEqual([]);
  expect((await typesOf(id)).at(-1)).toBe('USER_DELETED');
  expect(await findLogFaults(app.sql)).toEqual([]);
});

test('an account that is deleted before its saga came to it leaves nothing behind', async () => {
  const { client } = app.admin;
  await app.sql(`update handler set paused = true where name = 'registration'`);
  const { id } = await createUser(client);
  await succeed(client, 'deleteUser', { id });
  await app.sql(`update handler set paused = false where name = 'registration'`);
  await untilSagaIs(client, 'registration', id, 'CANCELLED');
  expect(await typesOf(id)).toEqual(['USER_CREATED', 'USER_REGISTRATION_COMPLETED', 'USER_DELETED']);
  expect(await app.sql('select 1 from user_settings where user_id = $1', [id])).toEqual([]);
});

test('a welcome mail that does not go out in time fails the registration, but what the owner has chosen stays theirs', async () => {
  const { client } = app.admin;
  app.sink.behaviour = 'try-later';
  const plain = await createUser(client);
  const choosy = await createUser(client, { password: PASSWORD });
  for (const { id } of [plain, choosy])
    await untilSaga(client, 'registration', id, ({ step }) => step === 'note-welcome-mail');
  const owner = await signIn(app.client, choosy.email);
  await updateSettings(owner.client, { emailNotifications: false });
  // The days until then are not waited for: the saga finds its time over.
  await letSagaTimeBeOver(app, 'registration', plain.id, choosy.id);
  const [failed, chosen] = await Promise.all(
    [plain, choosy].map(({ id }) => untilSagaIs(client, 'registration', id, 'COMPENSATED')),
  );
  app.sink.behaviour = 'accept';
  expect(failed?.error).toBe('The step note-welcome-mail waited in vain.');
  expect(chosen?.compensatedSteps).toEqual(['start-onboarding', 'create-settings']);
  expect((await typesOf(plain.id)).filter((type) => type !== 'WELCOME_EMAIL_SENT').slice(2)).toEqual([
    'USER_ONBOARDING_STARTED',
    'SEND_WELCOME_EMAIL',
    'USER_ONBOARDING_CANCELLED',
    'USER_REGISTRATION_FAILED',
  ]);
  expect(await settingsOf(client, plain.id)).toBeNull();
  expect(await settingsOf(client, choosy.id)).toMatchObject({ emailNotifications: false });
  expect((await findSaga(client, 'registration', plain.id))?.endedAt).not.toBeNull();
  expect(await findLogFaults(app.sql)).toEqual([]);
});
