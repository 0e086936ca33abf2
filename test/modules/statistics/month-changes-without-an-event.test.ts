import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { readUserStats } from '../../../src/modules/statistics/user-stats.repository.ts';
import { UserCreated, UserDeleted, type UserSnapshot } from '../../../src/modules/users/user.events.ts';
import { appendTestEvents } from '../../support/append-test-events.ts';
import { startTestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

function person(createdAt: string): UserSnapshot {
  const id = v7();
  return {
    id,
    email: `${id}@example.com`,
    username: id,
    firstName: 'Ada',
    lastName: 'Lovelace',
    isActive: true,
    emailVerified: false,
    roleId: v7(),
    version: 1,
    createdAt,
    updatedAt: createdAt,
  };
}

test('who is new is decided by the month of the question, in UTC, and who is deleted is not new any more', async () => {
  await using app = await startTestApp();
  const [lastOfMay, firstOfJune, deleted] = [
    person('2026-05-31T23:59:59.999Z'),
    person('2026-06-01T00:00:00.000Z'),
    person('2026-06-15T12:00:00.000Z'),
  ];
  await appendTestEvents(
    app.app,
    UserCreated,
    [lastOfMay, firstOfJune, deleted].map((user) => ({ aggregateId: user.id, data: { user } })),
  );
  await appendTestEvents(app.app, UserDeleted, [
    { aggregateId: deleted.id, data: { userId: deleted.id, previousData: deleted } },
  ]);
  // With the administrator, who is of the present month.
  await waitFor(async () => (await readUserStats(app.sql, '2026-06-01')).totalUsers === 3, {
    describe: 'the statistics',
  });
  const newIn = async (month: string): Promise<number> => (await readUserStats(app.sql, month)).newUsersThisMonth;
  expect(await newIn('2026-05-01')).toBe(1);
  expect(await newIn('2026-06-01')).toBe(1);
  expect(await newIn('2026-07-01')).toBe(0);
});
