import { describe, expect, test } from 'vitest';
import { createUser } from '../../support/factories.ts';
import { sdkClient, type StreamKind, StreamReader } from '../../support/sdk-client.ts';
import { startTestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

const STREAMS = 50;

describe.for<StreamKind>(['websocket', 'sse'])('over %s', (streams) => {
  test('one client has more streams than the server takes on one socket', async () => {
    await using app = await startTestApp();
    using client = await sdkClient(app.url, app.admin, { streams });
    let live = 0;
    const readers = Array.from(
      { length: STREAMS },
      () =>
        new StreamReader(client.domainEvents({}, { onStatus: ({ state }) => void (live += state === 'live' ? 1 : 0) })),
    );
    await waitFor(() => live === STREAMS, { describe: 'all streams to be live', timeoutMs: 30_000 });
    const { id } = await createUser(app.admin.client);
    await waitFor(() => readers.every(({ events }) => events.some(({ aggregateId }) => aggregateId === id)), {
      describe: 'the event on every stream',
      timeoutMs: 30_000,
    });
    expect(app.app.transport.connectionCount).toBe(streams === 'sse' ? STREAMS : Math.ceil(STREAMS / 16));
    client.close();
    await Promise.all(readers.map(({ ended }) => ended));
  }, 60_000);
});
