import { afterAll, beforeAll, test } from 'vitest';
import { signedInUser, succeed } from '../../support/factories.ts';
import { TestSocket } from '../../support/graphql-requests.ts';
import { withTokenOf } from '../../support/short-token.ts';
import { startTestApp, type TestApp, type TestNode } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

/** Subscriptions whose results are not the events of the log. */
const NOTIFICATIONS = { query: 'subscription Inbox { notifications { id } }' };
const HEALTH = { query: 'subscription { eventBusHealthUpdated { status } }' };

let app: TestApp;
let other: TestNode;
beforeAll(async () => {
  app = await startTestApp();
  other = await app.deployment.startNode();
});
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

test.concurrent('a quiet inbox ends with its token', async ({ expect }) => {
  const short = await withTokenOf(5_000, await signedInUser(app.admin.client), other);
  await using socket = await TestSocket.connect(other, { token: short.token });
  socket.subscribe('1', NOTIFICATIONS);

  expect(await socket.untilClosed()).toEqual({ code: 4403, reason: 'Token expired' });
  expect(socket.of('1')).toEqual([]);
  await waitFor(() => other.logs.some((line) => line.includes('"operation":"Inbox"')), { describe: 'its end' });
});

test.concurrent('who loses the permission for a field is refused while the stream is quiet, and keeps the others', async ({
  expect,
}) => {
  const session = await signedInUser(app.admin.client, { role: 'admin' });
  await using socket = await TestSocket.connect(other, { token: session.accessToken });
  socket.subscribe('health', HEALTH);
  socket.subscribe('inbox', NOTIFICATIONS);
  await socket.message('next', 'health');

  const { roles } = await app.admin.client.ask<{ roles: { edges: { node: { id: string; name: string } }[] } }>(
    '{ roles(first: 100) { edges { node { id name } } } }',
  );
  const roleId = roles.edges.find(({ node }) => node.name === 'user')?.node.id;
  await succeed(app.admin.client, 'updateUser', { id: session.user.id, input: { roleId } });

  await socket.message('complete', 'health');
  expect(socket.of('health').at(-2)).toMatchObject({
    payload: { errors: [{ extensions: { code: 'FORBIDDEN' } }] },
  });
  expect(socket.of('inbox').filter(({ type }) => type !== 'next')).toEqual([]);
  expect(socket.closed).toBeUndefined();
});
