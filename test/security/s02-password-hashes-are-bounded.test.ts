import { expect, test } from 'vitest';
import { createUser, PASSWORD } from '../support/factories.ts';
import type { ShownResult } from '../support/graphql-requests.ts';
import { MUTATIONS } from '../support/operations.ts';
import { startTestApp } from '../support/test-app.ts';

const REQUESTS = 200;
/** One hash at a time, and at most so many that wait for their turn. */
const WAITING = 64;

test('of 200 wrong sign-ins at once the excess is refused with the rate-limit code, and others are served', async () => {
  await using app = await startTestApp({
    env: { SIGNALBOX_HASH_CONCURRENCY: '1', SIGNALBOX_TRUSTED_PROXIES: '127.0.0.1' },
  });
  const user = await createUser(app.admin.client, { password: PASSWORD });
  const login = async (address: string, email: string, password: string): Promise<ShownResult> => {
    const response = await fetch(app.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
      body: JSON.stringify({ query: MUTATIONS.login, variables: { input: { email, password } } }),
    });
    return (await response.json()) as ShownResult;
  };
  const flood = Array.from({ length: REQUESTS }, (_, index) =>
    login(`198.51.100.${index}`, `nobody${index}@example.com`, 'wrong'),
  );
  expect(await app.admin.client.codeOf('{ me { id } }')).toBeNull();

  const answers = await Promise.all(flood);
  const refusals = answers.flatMap(({ errors }) => errors?.map(({ extensions }) => extensions) ?? []);
  expect(refusals.length).toBeGreaterThanOrEqual(REQUESTS - WAITING - 1);
  for (const { code, retryAfterMs } of refusals) {
    expect(code).toBe('RATE_LIMITED');
    expect(retryAfterMs).toBeLessThanOrEqual(200);
  }
  const right = await login('203.0.113.1', user.email, PASSWORD);
  expect(right.data?.['login']).toMatchObject({ __typename: 'LoginPayload' });
});
