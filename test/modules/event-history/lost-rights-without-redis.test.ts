import { expect, test } from 'vitest';
import { signedInUser, succeed } from '../../support/factories.ts';
import { EventFollower } from '../../support/event-follower.ts';
import { startTestApp } from '../../support/test-app.ts';

test('without Redis the streams at another node end all the same when the person may not listen any more', async () => {
  const env = { REDIS_URL: '' };
  await using app = await startTestApp({ env });
  await using other = await app.deployment.startNode(env);
  const admin = app.admin.client;
  const { client, user } = await signedInUser(admin);
  const followers = await Promise.all(
    (['websocket', 'sse'] as const).map((transport) => EventFollower.open(client.at(other.url), { transport })),
  );
  await Promise.all(followers.map((follower) => follower.untilReceived(3)));

  await succeed(admin, 'deactivateUser', { id: user.id });

  for (const follower of followers) {
    await follower.untilEnded();
    expect(follower.errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
    expect(follower.events).toHaveLength(3);
    await follower[Symbol.asyncDispose]();
  }
}, 60_000);
