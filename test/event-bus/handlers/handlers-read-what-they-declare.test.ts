import { afterAll, beforeAll, expect, test } from 'vitest';
import { defineTransactionalHandler } from '../../../src/event-bus/define-handler.ts';
import { defineSaga } from '../../../src/event-bus/define-saga.ts';
import { UserLoggedIn } from '../../../src/modules/auth/session.events.ts';
import { UserCreated, type UserSnapshot } from '../../../src/modules/users/user.events.ts';
import { createUser } from '../../support/factories.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

interface Seen {
  readonly user: UserSnapshot;
  readonly ipAddress: string | null;
}

const seen: Record<string, Map<string, Seen>> = { nothing: new Map(), names: new Map(), saga: new Map() };

const reading = (name: string, decrypts: readonly string[]) =>
  defineTransactionalHandler({
    name: `reads-${name}`,
    events: [UserCreated],
    decrypts,
    async handle(events) {
      for (const { data, metadata } of events) {
        seen[name]?.set(data.user.id, { user: data.user, ipAddress: metadata.ipAddress });
      }
    },
  });

const saga = defineSaga({
  name: 'reads-in-a-saga',
  startsOn: UserCreated,
  decrypts: ['user.email', 'metadata'],
  keyOf: (event) => event.aggregateId,
  steps: [
    {
      name: 'look',
      async run({ started: { data, metadata } }) {
        seen['saga']?.set(data.user.id, { user: data.user, ipAddress: metadata.ipAddress });
      },
    },
  ],
});

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({
    overrides: {
      handlers: [reading('nothing', []), reading('names', ['user.firstName', 'user.lastName'])],
      sagas: [saga],
    },
  });
});
afterAll(() => app[Symbol.asyncDispose]());

test('a handler and a saga read the fields they declare, and find all others hidden', async () => {
  const user = await createUser(app.admin.client);
  const places = Object.values(seen);
  await waitFor(() => places.every((place) => place.has(user.id)), { describe: 'all three to have read it' });
  const [nothing, names, inSaga] = places.map((place) => place.get(user.id));
  const hidden = '[redacted]';
  expect(nothing).toMatchObject({
    user: { firstName: hidden, lastName: hidden, email: hidden, username: hidden, isActive: true },
    ipAddress: null,
  });
  expect(names).toMatchObject({
    user: { firstName: user.firstName, lastName: user.lastName, email: hidden, username: hidden },
    ipAddress: null,
  });
  expect(inSaga).toMatchObject({ user: { email: user.email, firstName: hidden } });
  expect(inSaga?.ipAddress).toContain('127.0.0.1');
});

test('a declared field that no event has stops the program at its start', () => {
  expect(() => reading('typing', ['user.emial'])).toThrow(
    'reads-typing: no event it reads has a sensitive field user.emial',
  );
  const ip = { name: 'sessions', events: [UserLoggedIn], handle: async () => undefined };
  expect(() => defineTransactionalHandler({ ...ip, decrypts: ['user'] })).toThrow('no event it reads');
  expect(() => defineTransactionalHandler({ ...ip, decrypts: ['session.ip', 'metadata.userAgent'] })).not.toThrow();
});
