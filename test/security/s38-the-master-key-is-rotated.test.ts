import { afterAll, beforeAll, expect, test } from 'vitest';
import { masterKeyWrapper } from '../../src/event-store/key-wrapper.ts';
import { look } from '../support/canaries.ts';
import { createUser, succeed } from '../support/factories.ts';
import { runProgram } from '../support/run-program.ts';
import { newMasterKey } from '../support/sample-keys.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

const [OLD, NEW] = [newMasterKey(), newMasterKey()];

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { SIGNALBOX_MASTER_KEY: OLD } });
});
afterAll(() => app[Symbol.asyncDispose]());

const NAMES = `query ($id: ID!) { events(filter: { aggregateId: $id, types: [USER_CREATED, USER_UPDATED] }, direction: ASC) {
  edges { node { data } } } }`;

async function namesIn(client: TestApp['client'], id: string): Promise<string[]> {
  const { events } = await client.ask<{ events: { edges: { node: { data: { user: { lastName: string } } } }[] } }>(
    NAMES,
    { id },
  );
  return events.edges.map(({ node }) => node.data.user.lastName);
}

/** Runs `npm run rotate-master-key` and answers the line that it leaves for whoever watches. */
async function rotate(): Promise<{ readonly keys: number }> {
  const env = { ...app.deployment.env, SIGNALBOX_MASTER_KEY: `${NEW},${OLD}`, LOG_LEVEL: 'info' };
  const printed = await runProgram(process.execPath, ['src/rotate-master-key.ts'], { env });
  look('log', printed, 'printed by the rotation');
  return JSON.parse(printed) as { readonly keys: number };
}

const stored = () => app.sql('select id, data, sealed from event order by number');

test('a new master key takes over while nodes run, without an event being touched, and the old one is needed no more', async () => {
  const user = await createUser(app.admin.client, { lastName: 'First' });
  // The new key is made known to a node before any node wraps with it.
  await using both = await app.deployment.startNode({ SIGNALBOX_MASTER_KEY: `${NEW},${OLD}` });
  const admin = app.admin.client.at(both.url);
  const before = await stored();

  const [first, again] = [await rotate(), await rotate()];
  const wrappedWith = masterKeyWrapper([NEW]).currentKekId;
  expect(first).toMatchObject({ security: 'MASTER_KEY_ROTATED', wrappedWith });
  expect(first.keys).toBeGreaterThan(1);
  expect(again).toMatchObject({ security: 'MASTER_KEY_ROTATED', wrappedWith, keys: 0 });
  expect(await stored()).toEqual(before);

  await succeed(admin, 'updateUser', { id: user.id, input: { lastName: 'Second' } });
  await using alone = await app.deployment.startNode({ SIGNALBOX_MASTER_KEY: NEW });
  expect(await namesIn(admin.at(alone.url), user.id)).toEqual(['First', 'Second']);
  await succeed(admin.at(alone.url), 'updateUser', { id: user.id, input: { lastName: 'Third' } });
  // It hears of what another node recorded a moment later.
  await waitFor(async () => (await namesIn(admin, user.id)).length === 3, { describe: 'the third name' });
  expect(await namesIn(admin, user.id)).toEqual(['First', 'Second', 'Third']);
}, 120_000);

test('a node whose master key opens not all keys does not start, and says which variable is wrong', async () => {
  await createUser(app.admin.client);
  await expect(app.deployment.startNode({ SIGNALBOX_MASTER_KEY: newMasterKey() })).rejects.toThrow(
    /^SIGNALBOX_MASTER_KEY lacks the key [\w-]{12}, with which keys of people's data are wrapped/,
  );
});

test('nothing of a master key is in the database', async () => {
  const [{ text } = { text: '' }] = await app.sql<{ text: string }>(
    'select string_agg(k::text, $1) as text from key_store.subject_key k',
    ['\n'],
  );
  expect(text).toContain(masterKeyWrapper([NEW]).currentKekId);
  for (const key of [OLD, NEW]) {
    expect(text).not.toContain(key);
    expect(text).not.toContain(Buffer.from(key, 'base64').toString('base64url'));
    expect(text).not.toContain(Buffer.from(key, 'base64').toString('hex'));
  }
});
