import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BEGINNING } from '../../support/event-follower.ts';
import { createUser, signedInUser } from '../../support/factories.ts';
import { sdkClient, type StreamKind, StreamReader } from '../../support/sdk-client.ts';
import { readStoredLog } from '../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';
import { TOLERANCE_SECONDS, withTokenNearItsEnd } from '../../support/token-near-its-end.ts';
import { waitFor } from '../../support/wait-for.ts';

const cleanup = new AsyncDisposableStack();
let app: TestApp;

beforeAll(async () => {
  app = cleanup.use(await startTestApp());
});

afterAll(() => cleanup.disposeAsync());

test('streams outlive the token they began with', async () => {
  const person = await withTokenNearItsEnd(app, await signedInUser(app.admin.client, { role: 'admin' }), 6);
  const other = await withTokenNearItsEnd(app, await signedInUser(app.admin.client, { role: 'admin' }), 6);
  using bySocket = await sdkClient(app.url, person, { streams: 'websocket' });
  using byEvents = await sdkClient(app.url, other, { streams: 'sse' });
  const states: string[] = [];
  const onStatus = ({ state }: { readonly state: string }): void => void states.push(state);
  const readers = [
    new StreamReader(bySocket.domainEvents({ after: BEGINNING }, { onStatus })),
    new StreamReader(byEvents.domainEvents({ after: BEGINNING })),
  ];
  await waitFor(async () => (await app.client.as(other.accessToken).codeOf('{ me { id } }')) === 'UNAUTHENTICATED', {
    describe: 'the first tokens to be refused',
    timeoutMs: (TOLERANCE_SECONDS + 20) * 1000,
  });
  await createUser(app.admin.client);
  const log = (await readStoredLog(app.sql)).map(({ id }) => id);
  await Promise.all(readers.map((reader) => reader.until(log.at(-1) ?? '')));
  for (const { ids } of readers) expect(ids).toEqual(log);
  // On a socket the new token came in time; a stream of server-sent events cannot be told one and begins anew.
  expect(states).not.toContain('waiting');
}, 60_000);

describe.for<StreamKind>(['websocket', 'sse'])('over %s', (streams) => {
  test('a stream that begins with a refused token goes on with a new one', async () => {
    const person = await signedInUser(app.admin.client, { role: 'admin' });
    using client = await sdkClient(app.url, await withTokenNearItsEnd(app, person, -TOLERANCE_SECONDS - 1), {
      streams,
    });
    const reader = new StreamReader(client.domainEvents({ after: BEGINNING }));
    const log = await readStoredLog(app.sql);
    await reader.until(log.at(-1)?.id ?? '');
    expect(reader.ids).toEqual(log.map(({ id }) => id));
  });
});
