import { afterAll, beforeAll, expect, test } from 'vitest';
import { signedInUser, type SignedIn, succeed } from '../../support/factories.ts';
import { EventFollower } from '../../support/event-follower.ts';
import { TestSocket } from '../../support/graphql-requests.ts';
import { withTokenOf } from '../../support/short-token.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

const FOLLOW = { query: 'subscription { domainEvents { id type } }' };

let app: TestApp;
let session: SignedIn;
beforeAll(async () => {
  app = await startTestApp();
  session = await signedInUser(app.admin.client);
});
afterAll(() => app[Symbol.asyncDispose]());

test('a token renewed on the open socket keeps its streams beyond the end of the old one', async () => {
  const old = await withTokenOf(5_000, session, app);
  await using socket = await TestSocket.connect(app, { token: old.token });
  await using other = await EventFollower.open(old);
  socket.subscribe('1', FOLLOW);
  await socket.message('ping');

  socket.send({ type: 'ping', payload: { token: session.accessToken } });
  expect(await socket.message('pong')).toEqual({ type: 'pong' });

  // Of the same token, and not renewed.
  expect(await other.untilEnded()).toEqual({ closeCode: 4403 });
  const { events } = await succeed(session.client, 'updateUser', { id: session.user.id, input: { lastName: 'Kept' } });
  const next = await socket.message('next', '1');
  expect(next.payload).toMatchObject({ data: { domainEvents: { id: events?.[0]?.id } } });
  expect(socket.closed).toBeUndefined();
});

test('a socket cannot be handed to another person', async () => {
  const stranger = await signedInUser(app.admin.client);
  await using socket = await TestSocket.connect(app, { token: session.accessToken });
  socket.subscribe('1', FOLLOW);
  await socket.message('ping');

  socket.send({ type: 'ping', payload: { token: stranger.accessToken } });

  expect(await socket.untilClosed()).toEqual({ code: 4403, reason: 'Forbidden' });
});

test('when the session has ended every stream of its socket is told, then the socket closes with 4403; an answer under way arrives', async () => {
  const ending = await signedInUser(app.admin.client);
  await using socket = await TestSocket.connect(app, { token: ending.accessToken });
  for (const id of ['1', '2', '3'])
    socket.subscribe(id, id === '3' ? { query: 'subscription { notifications { id } }' } : FOLLOW);
  await waitFor(() => socket.messages.filter(({ type }) => type === 'ping').length > 0, { describe: 'live streams' });

  socket.subscribe('4', { query: 'mutation { logout { __typename } }' });

  expect(await socket.untilClosed()).toEqual({ code: 4403, reason: 'Session ended' });
  for (const id of ['1', '2', '3']) {
    expect(socket.of(id)).toMatchObject([
      { type: 'next', payload: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } },
      { type: 'complete' },
    ]);
  }
  expect(socket.of('4')).toMatchObject([
    { type: 'next', payload: { data: { logout: { __typename: 'LogoutPayload' } } } },
    { type: 'complete' },
  ]);
});
