import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BEGINNING } from '../../support/event-follower.ts';
import { signedInUser, succeed } from '../../support/factories.ts';
import { sdkClient, type StreamKind, StreamReader } from '../../support/sdk-client.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

const cleanup = new AsyncDisposableStack();
let app: TestApp;

beforeAll(async () => {
  app = cleanup.use(await startTestApp());
});

afterAll(() => cleanup.disposeAsync());

async function untilDisconnected(): Promise<void> {
  await waitFor(() => app.app.transport.connectionCount === 0, { describe: 'the connection to close' });
}

describe.for<StreamKind>(['websocket', 'sse'])('over %s', (streams) => {
  test('return() ends a stream that waits for an event that does not come', async () => {
    using client = await sdkClient(app.url, app.admin, { streams });
    const stream = client.domainEvents({ filter: { types: ['ORDER_CANCELLED'] } });
    const next = stream.next();
    await waitFor(() => app.app.transport.connectionCount === 1, { describe: 'the connection' });
    await stream.return();
    expect(await next).toEqual({ done: true, value: undefined });
    await untilDisconnected();
  });

  test('an aborted signal ends a stream without an error, also before it has begun', async () => {
    using client = await sdkClient(app.url, app.admin, { streams });
    const ending = new AbortController();
    const reader = new StreamReader(client.domainEvents({ after: BEGINNING }, { signal: ending.signal }));
    await waitFor(() => reader.events.length > 0, { describe: 'an event' });
    ending.abort();
    await reader.ended;
    await untilDisconnected();
    const { events, ended } = new StreamReader(client.domainEvents({ after: BEGINNING }, { signal: ending.signal }));
    await ended;
    expect(events).toEqual([]);
  });

  test('closing the client ends its streams and leaves no connection', async () => {
    const client = await sdkClient(app.url, app.admin, { streams });
    const readers = [1, 2, 3].map(() => new StreamReader(client.domainEvents({ after: BEGINNING })));
    await waitFor(() => readers.every(({ events }) => events.length > 0), { describe: 'events' });
    client.close();
    await Promise.all(readers.map(({ ended }) => ended));
    await untilDisconnected();
    await expect(client.domainEvents().next()).resolves.toEqual({ done: true, value: undefined });
  });

  test('who may not subscribe gets an error, once', async () => {
    using nobody = await sdkClient(app.url, null, { streams });
    await expect(new StreamReader(nobody.domainEvents()).ended).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    using user = await sdkClient(app.url, await signedInUser(app.admin.client), { streams });
    await expect(user.eventBusHealthUpdated().next()).rejects.toMatchObject({
      code: 'FORBIDDEN',
      requestId: expect.any(String) as string,
    });
  });

  test('a stream whose session was ended fails with UNAUTHENTICATED and tells that the person is signed out', async () => {
    const person = await signedInUser(app.admin.client);
    let ends = 0;
    using client = await sdkClient(app.url, person, { streams, onSignedOut: () => (ends += 1) });
    const reader = new StreamReader(client.domainEvents({ after: BEGINNING }));
    await waitFor(() => reader.events.length > 0, { describe: 'an event' });
    await succeed(app.admin.client, 'deactivateUser', { id: person.user.id });
    await expect(reader.ended).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(ends).toBe(1);
  });
});
