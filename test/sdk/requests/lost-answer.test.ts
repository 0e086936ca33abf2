import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { payloadOf } from '../../../sdk/src/index.ts';
import { ConnectionSwitch } from '../../support/connection-switch.ts';
import { personInput } from '../../support/factories.ts';
import { sdkClient, type TestClient } from '../../support/sdk-client.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

const cleanup = new AsyncDisposableStack();
let app: TestApp;
let line: ConnectionSwitch;
let client: TestClient;

beforeAll(async () => {
  app = cleanup.use(await startTestApp());
  line = cleanup.use(await ConnectionSwitch.listen(app.url));
  client = cleanup.use(await sdkClient(line.url, app.admin));
});

beforeEach(() => {
  line.isDown = false;
  line.swallowed = 0;
});

afterAll(() => cleanup.disposeAsync());

async function eventsAbout(email: string): Promise<number> {
  const { edges } = await client.events({ filter: { types: ['USER_CREATED'] }, first: 100 });
  return edges.filter(({ node }) => node.type === 'USER_CREATED' && node.data.user.email === email).length;
}

test('a query whose answer is lost is asked again', async () => {
  line.swallowAnswers(2);
  expect((await client.me())?.email).toBe(app.admin.user.email);
  expect(line.swallowed).toBe(2);
});

test('a mutation under an idempotency key is repeated, and done once', async () => {
  const input = personInput();
  line.swallowAnswers(2);
  const { user, events } = payloadOf(await client.createUser({ input }));
  expect(line.swallowed).toBe(2);
  expect(user.email).toBe(input.email);
  expect(events).toHaveLength(2);
  expect(await eventsAbout(input.email)).toBe(1);
});

test('two calls are two commands: each has a key of its own', async () => {
  const input = personInput();
  payloadOf(await client.createUser({ input }));
  expect((await client.createUser({ input })).__typename).toBe('ConflictError');
});

test('a key that is given is kept', async () => {
  const variables = { input: personInput(), idempotencyKey: `own-${crypto.randomUUID()}` };
  const first = payloadOf(await client.createUser(variables));
  expect(payloadOf(await client.createUser(variables)).user.id).toBe(first.user.id);
});

test('a mutation that may be done twice is not repeated', async () => {
  line.swallowAnswers(1);
  await expect(client.createRole({ input: { name: `role-${crypto.randomUUID()}` } })).rejects.toMatchObject({
    name: 'SignalboxError',
    code: 'NETWORK_ERROR',
    cause: expect.any(Error) as unknown,
  });
  expect(line.swallowed).toBe(1);
});

test('a server that stays away is given up after as many repetitions as told', async () => {
  line.isDown = true;
  const before = line.accepted;
  using impatient = await sdkClient(line.url, app.admin, { retries: 1 });
  await expect(impatient.me()).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
  expect(line.accepted - before).toBe(2);
});
