import { afterAll, beforeAll, expect, test } from 'vitest';
import { payloadOf, ResultError } from '../../../sdk/src/index.ts';
import { secretPhrase } from '../../support/canaries.ts';
import { PASSWORD, personInput } from '../../support/factories.ts';
import { sdkClient, type TestClient } from '../../support/sdk-client.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

const cleanup = new AsyncDisposableStack();
let app: TestApp;
let client: TestClient;

beforeAll(async () => {
  app = cleanup.use(await startTestApp());
  client = cleanup.use(await sdkClient(app.url, app.admin));
});

afterAll(() => cleanup.disposeAsync());

test('a query gives the value of its field', async () => {
  const me = await client.me();
  expect(me?.email).toBe(app.admin.user.email);
  expect(me?.role.permissions).toContain('users:read');
  expect(await client.user({ id: '00000000-0000-7000-8000-000000000000' })).toBeNull();
});

test('a mutation gives one member of its union, told apart by __typename, with its events', async () => {
  const input = personInput();
  const created = await client.createUser({ input });
  if (created.__typename !== 'CreateUserPayload') throw new Error(created.message);
  expect(created.user).toMatchObject({ email: input.email, role: { name: 'user' } });
  expect(created.events.map(({ type, cursor }) => ({ type, cursor }))).toEqual([
    { type: 'USER_CREATED', cursor: null },
    { type: 'USER_REGISTRATION_COMPLETED', cursor: null },
  ]);

  const again = await client.createUser({ input });
  expect(again.__typename).toBe('ConflictError');
  const invalid = await client.createUser({ input: { ...personInput(), email: 'nobody' } });
  if (invalid.__typename !== 'ValidationError') throw new Error(invalid.__typename);
  expect(invalid.fieldErrors[0]?.path).toEqual(['email']);
});

test('payloadOf gives the payload or throws what was answered instead', async () => {
  const { user } = payloadOf(await client.createUser({ input: personInput() }));
  const stale = await client.updateUser({ id: user.id, input: { firstName: 'Grace' }, expectedVersion: 1 });
  expect(() => payloadOf(stale)).toThrow(ResultError);
  expect(() => payloadOf(stale)).toThrow(
    expect.objectContaining({
      code: 'CONCURRENCY_CONFLICT',
      result: expect.objectContaining({ expectedVersion: 1, actualVersion: 2 }) as unknown,
    }),
  );
});

test('an event in an answer is typed like one of a stream', async () => {
  const { edges } = await client.events({ filter: { types: ['USER_CREATED'] }, first: 1 });
  const event = edges[0]?.node;
  if (event?.type !== 'USER_CREATED') throw new Error('Another event.');
  expect(event.data.user.id).toBe(event.aggregateId);
  expect(await client.event({ id: event.id })).toEqual(event);
});

test('login keeps the tokens, logout forgets them and ends the session', async () => {
  const input = { ...personInput(), password: PASSWORD };
  payloadOf(await client.createUser({ input }));
  using own = await sdkClient(app.url, null);
  expect(await own.me()).toBeNull();
  const wrong = await own.login({ input: { email: input.email, password: secretPhrase('something else') } });
  expect(wrong.__typename).toBe('InvalidCredentialsError');
  payloadOf(await own.login({ input: { email: input.email, password: PASSWORD } }));
  expect((await own.me())?.email).toBe(input.email);
  const token = await own.session.token();
  payloadOf(await own.logout());
  expect(await own.session.token()).toBeNull();
  expect(await own.me()).toBeNull();
  expect(await app.client.as(token).codeOf('{ me { id } }')).toBe('UNAUTHENTICATED');
});

test('an operation of one’s own is sent as it is', async () => {
  const document = 'query ($first: Int) { users(first: $first) { totalCount } }';
  const { users } = await client.request<{ users: { totalCount: number } }, { first: number }>(document, { first: 1 });
  expect(users.totalCount).toBeGreaterThan(0);
});
