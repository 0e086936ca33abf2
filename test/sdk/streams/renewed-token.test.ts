import { expect, test } from 'vitest';
import { memoryStore } from '../../../sdk/src/index.ts';
import { ScriptedStreams } from '../../support/scripted-streams.ts';
import { sdkClient, StreamReader } from '../../support/sdk-client.ts';
import { waitFor } from '../../support/wait-for.ts';

test('an open socket is told each new token, by itself when it is time and when a request renews it', async () => {
  await using server = await ScriptedStreams.listen((stream) => stream.heartbeat('c1'));
  const now = Date.now();
  const tokenStore = memoryStore(
    JSON.stringify({
      accessToken: 'access-0',
      refreshToken: 'refresh-0',
      renewsAt: now + 500,
      expiresAt: now + 60_000,
    }),
  );
  using client = await sdkClient(server.url, null, { tokenStore });
  const states: string[] = [];
  const reader = new StreamReader(client.domainEvents({}, { onStatus: ({ state }) => states.push(state) }));
  await waitFor(() => server.credentials.length === 2, { describe: 'the new token' });
  expect(server.credentials).toEqual(['Bearer access-0', 'Bearer access-1']);

  await client.session.adopt({
    accessToken: 'access-7',
    refreshToken: 'refresh-7',
    accessTokenExpiresAt: new Date(now + 60_000).toISOString(),
  });
  await waitFor(() => server.credentials.length === 3, { describe: 'the adopted token' });
  expect(server.credentials[2]).toBe('Bearer access-7');
  expect(states).toEqual(['connecting', 'live']);
  client.close();
  await reader.ended;
});

test('a socket is told the token that was renewed while it was being opened', async () => {
  await using server = await ScriptedStreams.listen((stream) => stream.heartbeat('c1'));
  const now = Date.now();
  // It is good yet, and due: the socket is opened with it while another is fetched.
  const due = { accessToken: 'access-0', refreshToken: 'refresh-0', renewsAt: now - 1, expiresAt: now + 60_000 };
  const kept = memoryStore(JSON.stringify(due));
  const renewed = Promise.withResolvers<void>();
  const tokenStore = {
    get: () => kept.get(),
    async set(text: string | null) {
      await kept.set(text);
      renewed.resolve();
    },
  };
  server.acknowledgedAfter = renewed.promise;
  using client = await sdkClient(server.url, null, { tokenStore });
  const reader = new StreamReader(client.domainEvents({}));
  await waitFor(() => server.credentials.length === 2, { describe: 'the new token' });
  expect(server.credentials).toEqual(['Bearer access-0', 'Bearer access-1']);
  client.close();
  await reader.ended;
});
