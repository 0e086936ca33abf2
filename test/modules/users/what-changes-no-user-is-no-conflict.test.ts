import { expect, test } from 'vitest';
import { createUser, mutate, PASSWORD, signIn } from '../../support/factories.ts';
import { startTestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

test('a welcome, an onboarding and a sign-in are no conflict with an older version, another change is one', async () => {
  await using app = await startTestApp({ sagas: 'running' });
  const { id, email, version } = await createUser(app.admin.client, { password: PASSWORD });
  await signIn(app.client, email);
  const stored = async () => {
    const [row] = await app.sql<{ version: number }>('select version from app_user where id = $1', [id]);
    return row?.version ?? 0;
  };
  await waitFor(async () => (await stored()) >= version + 4, { describe: 'what follows an account and a sign-in' });
  const change = (firstName: string) =>
    mutate(app.admin.client, 'updateUser', { id, expectedVersion: version, input: { firstName } });

  const changed = await change('Seen');
  expect(changed).toMatchObject({ __typename: 'UpdateUserPayload', user: { firstName: 'Seen' } });
  expect(changed.user?.version).toBeGreaterThan(version + 4);
  expect(await change('Unseen')).toMatchObject({ __typename: 'ConcurrencyError', expectedVersion: version });
});
