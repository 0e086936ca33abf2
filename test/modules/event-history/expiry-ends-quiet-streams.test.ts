import { afterAll, beforeAll, test } from 'vitest';
import { decodeCursor } from '../../../src/event-store/cursor.ts';
import { signedInUser, succeed } from '../../support/factories.ts';
import { EventFollower } from '../../support/event-follower.ts';
import { withTokenOf } from '../../support/short-token.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

test.concurrent('over websocket an expired token closes the socket with 4403 and completes nothing, so that the client comes back', async ({
  expect,
}) => {
  const session = await signedInUser(app.admin.client);
  await using follower = await EventFollower.open(await withTokenOf(5_000, session, app));
  await follower.untilReceived(3);

  expect(await follower.untilEnded()).toEqual({ closeCode: 4403 });
  expect(follower.errors).toEqual([]);

  await follower.connect(session.client);
  const { events } = await succeed(session.client, 'updateUser', { id: session.user.id, input: { lastName: 'Next' } });
  await follower.untilEvent(events?.[0]?.id ?? '');
  expect(follower.events).toHaveLength(4);
});

test.concurrent('over sse an expired token ends the stream with UNAUTHENTICATED, the reason and the place to resume from', async ({
  expect,
}) => {
  const session = await signedInUser(app.admin.client);
  await using follower = await EventFollower.open(await withTokenOf(5_000, session, app), { transport: 'sse' });
  await follower.untilReceived(3);

  await follower.untilEnded();
  const [error] = follower.errors;
  expect(error).toMatchObject({ extensions: { code: 'UNAUTHENTICATED', reason: 'TOKEN_EXPIRED' } });
  const resumeAfter = decodeCursor(String(error?.extensions['resumeAfter']));
  expect(resumeAfter).toBeGreaterThanOrEqual(decodeCursor(follower.cursor ?? ''));
});

test.concurrent.for(['websocket', 'sse'] as const)(
  'over %s a session that expires ends its quiet stream',
  async (transport, { expect }) => {
    const { client, user } = await signedInUser(app.admin.client);
    await app.sql(`update session set expires_at = clock_timestamp() + interval '5 seconds' where user_id = $1`, [
      user.id,
    ]);
    await using follower = await EventFollower.open(client, { transport });
    await follower.untilReceived(3);

    await follower.untilEnded();
    expect(follower.errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
  },
);
