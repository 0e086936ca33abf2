import { afterAll, beforeAll, expect, test } from 'vitest';
import { signedInUser } from '../../support/factories.ts';
import { countEvents, findLogFaults } from '../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';
import { settingsOf, updateSettings } from './settings-client.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

test('settings change only in what is given, each change with its event, and nothing twice', async () => {
  const { client, user } = await signedInUser(app.admin.client);
  const first = await updateSettings(client, { theme: 'DARK', language: 'pt-BR', marketingEmails: null });
  expect(first).toMatchObject({
    settings: {
      theme: 'DARK',
      language: 'pt-BR',
      emailNotifications: true,
      smsNotifications: false,
      marketingEmails: false,
    },
  });
  expect(first.events?.at(-1)).toMatchObject({ type: 'USER_SETTINGS_UPDATED', aggregateId: first.settings?.id });
  const version = first.settings?.version ?? 0;
  const again = await updateSettings(client, { theme: 'DARK' });
  expect([again.settings?.version, again.events]).toEqual([version, []]);
  const second = await updateSettings(client, { smsNotifications: true });
  expect(second).toMatchObject({ settings: { theme: 'DARK', smsNotifications: true, version: version + 1 } });
  expect(await settingsOf(client, user.id)).toEqual(second.settings);
  expect(await findLogFaults(app.sql)).toEqual([]);
});

test('many changes at once all take effect, on one set of settings', async () => {
  const { client, user } = await signedInUser(app.admin.client);
  const inputs = [{ theme: 'DARK' }, { language: 'de' }, { smsNotifications: true }, { marketingEmails: true }];
  await Promise.all(inputs.map((input) => updateSettings(client, input)));
  expect(await settingsOf(client, user.id)).toMatchObject({
    theme: 'DARK',
    language: 'de',
    smsNotifications: true,
    marketingEmails: true,
  });
  expect(await app.sql('select from user_settings where user_id = $1', [user.id])).toHaveLength(1);
});

test('only oneself and who may see the account see its settings', async () => {
  const { client, user } = await signedInUser(app.admin.client);
  const stranger = await signedInUser(app.admin.client);
  const id = (await updateSettings(client, { theme: 'DARK' })).settings?.id;
  expect(await settingsOf(app.admin.client, user.id)).toMatchObject({ id });
  const NODE = 'query ($id: ID!) { node(id: $id) { ... on UserSettings { theme } } }';
  expect(await client.ask(NODE, { id })).toEqual({ node: { theme: 'DARK' } });
  expect(await stranger.client.codeOf(NODE, { id })).toBe('FORBIDDEN');
  expect(await app.client.codeOf(NODE, { id })).toBe('UNAUTHENTICATED');
});

test('settings go with the account', async () => {
  const { client, user } = await signedInUser(app.admin.client);
  const id = (await updateSettings(client, { theme: 'DARK' })).settings?.id;
  await app.admin.client.ask('mutation ($id: ID!) { deleteUser(id: $id) { __typename } }', { id: user.id });
  expect(await app.sql('select from user_settings where id = $1', [id])).toEqual([]);
  const events = await app.sql<{ type: string }>('select type from event where aggregate_id = $1 order by version', [
    id,
  ]);
  expect(events.at(-1)).toEqual({ type: 'USER_SETTINGS_DELETED' });
  expect(await findLogFaults(app.sql)).toEqual([]);
});

test.for([
  ['empty', ''],
  ['no language', 'English'],
  ['in small letters', 'pt-br'],
  ['with a line break', 'en\n'],
  ['huge', 'e'.repeat(50_000)],
])('a language that is %s is refused, and leaves no event', async ([, language]) => {
  const { client } = await signedInUser(app.admin.client);
  const before = await countEvents(app.sql);
  expect(await updateSettings(client, { language })).toMatchObject({
    __typename: 'ValidationError',
    fieldErrors: [{ path: ['language'] }],
  });
  expect(await countEvents(app.sql)).toBe(before);
});
