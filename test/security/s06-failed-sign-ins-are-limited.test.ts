import { afterAll, beforeAll, expect, test } from 'vitest';
import { secretPhrase } from '../support/canaries.ts';
import { createUser, mutate, PASSWORD, type ShownUser } from '../support/factories.ts';
import type { ShownResult } from '../support/graphql-requests.ts';
import { MUTATIONS } from '../support/operations.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

let app: TestApp;
beforeAll(async () => {
  // Every request names the address it pretends to come from.
  app = await startTestApp({ env: { SIGNALBOX_TRUSTED_PROXIES: '127.0.0.1', SIGNALBOX_HASH_CONCURRENCY: '3' } });
});
afterAll(() => app[Symbol.asyncDispose]());

interface LoginAnswer {
  readonly __typename: string;
  readonly code?: string;
}

async function loginFrom(
  address: string,
  email: string,
  password = secretPhrase('not the phrase'),
): Promise<ShownResult> {
  const response = await fetch(app.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify({ query: MUTATIONS.login, variables: { input: { email, password } } }),
  });
  return (await response.json()) as ShownResult;
}

/** The code of the answer, whether it is a member of the union or a top-level error; `signed in` if it is neither. */
function codeOf({ data, errors }: ShownResult): string {
  const answer = data?.['login'] as LoginAnswer | undefined;
  return errors?.[0]?.extensions.code ?? answer?.code ?? 'signed in';
}

async function exhaust(address: string, email: string): Promise<string[]> {
  const codes = [];
  for (let attempt = 0; attempt < 11; attempt++) codes.push(codeOf(await loginFrom(address, email)));
  return codes;
}

const locksOf = ({ id }: ShownUser) =>
  app.sql<{ data: { scope: string; until: string } }>(
    "select data from event where aggregate_id = $1 and type = 'USER_LOCKED'",
    [id],
  );

test('after ten failures an account is closed to that address, known or unknown alike, and open to others', async () => {
  const user = await createUser(app.admin.client, { password: PASSWORD });
  const known = await exhaust('203.0.113.1', user.email);
  expect(known).toEqual([...Array.from({ length: 10 }, () => 'INVALID_CREDENTIALS'), 'ACCOUNT_LOCKED']);
  expect(await exhaust('203.0.113.2', 'nobody@example.com')).toEqual(known);

  expect(codeOf(await loginFrom('203.0.113.1', user.email, PASSWORD))).toBe('ACCOUNT_LOCKED');
  expect(codeOf(await loginFrom('203.0.113.3', user.email, PASSWORD))).toBe('signed in');
});

test('the owner is told once, with the time at which it ends', async () => {
  const user = await createUser(app.admin.client, { password: PASSWORD });
  await exhaust('203.0.113.4', user.email);
  for (let attempt = 0; attempt < 3; attempt++) await loginFrom('203.0.113.4', user.email);

  const notices = () =>
    app.sql(
      "select 1 from notification n join event e on e.id = n.event_id where e.aggregate_id = $1 and e.type = 'USER_LOCKED'",
      [user.id],
    );
  await waitFor(async () => (await notices()).length > 0, { describe: 'the owner’s notice' });
  const locks = await locksOf(user);
  expect(locks.map(({ data }) => data.scope)).toEqual(['ADDRESS']);
  expect(Date.parse(locks[0]?.data.until ?? '')).toBeGreaterThan(Date.now());
});

test('every alias of one request is an attempt', async () => {
  const aliases = Array.from(
    { length: 10 },
    (_, index) =>
      `a${index}: login(input: { email: "aliased@example.com", password: "wrong ${index}" }) { ... on Error { code } }`,
  );
  const { login: _login, ...answers } = await app.client.ask<Record<string, { code: string }>>(
    `mutation { ${aliases.join(' ')} }`,
  );
  expect(Object.values(answers).map(({ code }) => code)).toEqual(aliases.map(() => 'INVALID_CREDENTIALS'));
  const next = await mutate(app.client, 'login', { input: { email: 'aliased@example.com', password: 'x' } });
  expect(next.code).toBe('ACCOUNT_LOCKED');
});

test('one address has a hundred attempts for all accounts together', async () => {
  // At once: most are refused before anything is hashed, and count all the same.
  await Promise.all(
    Array.from({ length: 100 }, (_, index) => loginFrom('203.0.113.5', `somebody${index}@example.com`)),
  );
  const refused = await loginFrom('203.0.113.5', 'another@example.com');
  expect(codeOf(refused)).toBe('RATE_LIMITED');
  expect(refused.errors?.[0]?.extensions['retryAfterMs']).toBeGreaterThan(60_000);
  expect(codeOf(await loginFrom('203.0.113.6', 'another@example.com'))).toBe('INVALID_CREDENTIALS');
});

test('many addresses close an account to strangers, not to where its owner has signed in', async () => {
  const user = await createUser(app.admin.client, { password: PASSWORD });
  expect(codeOf(await loginFrom('203.0.113.7', user.email, PASSWORD))).toBe('signed in');
  // Few at once: a Redis that is asked by fifty on a busy machine answers too late, and each node counts for itself.
  for (let batch = 0; batch < 5; batch++) {
    const hosts = Array.from({ length: 10 }, (_, index) => batch * 10 + index);
    await Promise.all(hosts.map((host) => loginFrom(`198.51.100.${host}`, user.email)));
  }

  expect(codeOf(await loginFrom('198.51.100.200', user.email, PASSWORD))).toBe('ACCOUNT_LOCKED');
  expect(codeOf(await loginFrom('203.0.113.7', user.email, PASSWORD))).toBe('signed in');
  await waitFor(async () => (await locksOf(user)).some(({ data }) => data.scope === 'ACCOUNT'), {
    describe: 'the lock on record',
  });
});

test('an address that a stranger only claims to have is not counted', async () => {
  await using direct = await app.deployment.startNode();
  for (let attempt = 0; attempt < 11; attempt++) {
    await fetch(direct.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': `192.0.2.${attempt}` },
      body: JSON.stringify({
        query: MUTATIONS.login,
        variables: { input: { email: 'claimed@example.com', password: 'x' } },
      }),
    });
  }
  const next = await mutate(direct.client, 'login', { input: { email: 'claimed@example.com', password: 'x' } });
  expect(next.code).toBe('ACCOUNT_LOCKED');
});
