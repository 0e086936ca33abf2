import { expect, test } from 'vitest';
import { isSignedIn, mutate, signedInUser, succeed } from '../support/factories.ts';
import { startTestApp } from '../support/test-app.ts';

test('every access token of a session ends with it, not only the one that ended it', async () => {
  await using app = await startTestApp();
  const first = await signedInUser(app.admin.client);
  const refreshed = await succeed(app.client, 'refreshSession', { input: { refreshToken: first.refreshToken } });
  const second = app.client.as(refreshed.accessToken ?? '');
  expect(refreshed.accessToken).not.toBe(first.accessToken);
  expect([await isSignedIn(first.client), await isSignedIn(second)]).toEqual([true, true]);

  await mutate(second, 'logout');
  for (const client of [first.client, second]) expect(await client.codeOf('{ me { id } }')).toBe('UNAUTHENTICATED');
});
