import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { leaveTransactionScope } from '../../../src/database/open-transaction.ts';
import { sqlOf } from '../../../src/database/sql.ts';
import { transact } from '../../../src/database/transact.ts';
import { type AddressedNotice, deliverNotices } from '../../../src/modules/notifications/notification.repository.ts';
import { startTestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

it('lets nobody draw a number before the lower ones are committed', async () => {
  await using app = await startTestApp();
  const { database } = app.app;
  const [slow, fast] = [randomUUID(), randomUUID()];
  const notice = (eventId: string): AddressedNotice => ({
    eventId,
    eventType: 'USER_UPDATED',
    subjectId: app.admin.user.id,
    actorId: null,
    level: 'info',
    audience: 'nobody else',
    title: 'Title',
    message: 'Message',
    createdAt: new Date().toISOString(),
  });
  const overtaking = Promise.withResolvers<void>();
  await transact(database, async (em) => {
    await deliverNotices(sqlOf(em), [notice(slow)]);
    // On a connection of its own: a transaction inside this one would be a part of it.
    overtaking.resolve(
      leaveTransactionScope(() => transact(database, (other) => deliverNotices(sqlOf(other), [notice(fast)]))),
    );
    await waitFor(
      async () => {
        const waiting = await sqlOf(em)("select 1 from pg_locks where locktype = 'advisory' and not granted");
        return waiting.length > 0;
      },
      { describe: 'the second delivery to wait' },
    );
  });
  await overtaking.promise;
  const rows = await app.sql<{ event_id: string }>(
    'select event_id from notification where event_id = any($1::uuid[]) order by number',
    [[slow, fast]],
  );
  expect(rows.map((row) => row.event_id)).toEqual([slow, fast]);
});
