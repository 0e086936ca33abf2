import { expect, test } from 'vitest';
import { createUser, isSignedIn, signedInUser } from '../../../support/factories.ts';
import { countChanges } from '../../../support/stored-log.ts';
import { startTestApp } from '../../../support/test-app.ts';
import { bulk } from './bulk-client.ts';

test('administrators cannot all be disabled, whatever else is asked for', async () => {
  await using app = await startTestApp();
  const somebody = (await createUser(app.admin.client)).id;
  const second = await signedInUser(app.admin.client, { role: 'admin' });
  const before = await countChanges(app.sql);
  const everybody = [app.admin.user.id, second.user.id, somebody];
  const answer = await bulk(app.admin.client, 'bulkDeactivateUsers', everybody);
  expect(answer).toMatchObject({ __typename: 'InvalidStateError' });
  expect(await countChanges(app.sql)).toBe(before);

  // Whoever was disabled before the request was looked at has no session any more.
  const both = await Promise.all([
    bulk(app.admin.client, 'bulkDeactivateUsers', [second.user.id]).catch(() => null),
    bulk(second.client, 'bulkDeactivateUsers', [app.admin.user.id]).catch(() => null),
  ]);
  expect(both.filter((one) => one?.__typename === 'BulkUsersPayload')).toHaveLength(1);
  const left = await app.sql(
    `select from app_user u join role r on r.id = u.role_id where r.name = 'admin' and u.is_active`,
  );
  expect(left).toHaveLength(1);
  expect([await isSignedIn(app.admin.client), await isSignedIn(second.client)].filter(Boolean)).toHaveLength(1);
});
