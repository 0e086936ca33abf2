import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../../sdk/src/index.ts';
import { ScriptedStreams } from '../../support/scripted-streams.ts';
import { sdkClient, type StreamKind, StreamReader } from '../../support/sdk-client.ts';
import { waitFor } from '../../support/wait-for.ts';

describe.for<StreamKind>(['websocket', 'sse'])('over %s', (streams) => {
  test('a stream resumes after what came last, be it an event or a heartbeat', async () => {
    await using server = await ScriptedStreams.listen(
      (stream) => {
        stream.event('e1', 'c1');
        stream.close(1001);
      },
      (stream) => {
        stream.heartbeat('c5');
        stream.close(1012);
      },
      (stream) => {
        stream.event('e2', 'c7');
        stream.heartbeat('c9');
        stream.event('e3', 'c10');
        stream.close(1013);
      },
    );
    using client = await sdkClient(server.url, null, { streams });
    const reader = new StreamReader(client.domainEvents({ filter: { userId: 'u' }, after: 'c0' }));
    await waitFor(() => server.subscriptions.length === 4, { describe: 'four subscriptions' });
    expect(server.afters).toEqual(['c0', 'c1', 'c5', 'c10']);
    expect(server.subscriptions[3]).toEqual({ filter: { userId: 'u' }, after: 'c10' });
    expect(reader.ids).toEqual(['e1', 'e2', 'e3']);
  });

  test('before it has been told anything, a stream of what comes now begins again with now', async () => {
    await using server = await ScriptedStreams.listen((stream) => stream.close(1001));
    using client = await sdkClient(server.url, null, { streams });
    const reader = new StreamReader(client.domainEvents());
    await waitFor(() => server.subscriptions.length === 2, { describe: 'the second subscription' });
    expect(server.afters).toEqual([null, null]);
    client.close();
    await reader.ended;
  });

  test('an event that is sent again is not given again', async () => {
    await using server = await ScriptedStreams.listen(
      (stream) => {
        stream.event('e1', 'c1');
        stream.event('e2', 'c2');
        stream.event('e2', 'c2');
        stream.close(1001);
      },
      (stream) => {
        stream.event('e1', 'c1');
        stream.event('e2', 'c2');
        stream.event('e3', 'c3');
        stream.complete();
      },
    );
    using client = await sdkClient(server.url, null, { streams });
    const reader = new StreamReader(client.domainEvents({ after: 'c0' }));
    await reader.ended;
    expect(reader.ids).toEqual(['e1', 'e2', 'e3']);
  });

  test('a heartbeat moves the stored cursor once what came before it is done', async () => {
    const store = memoryStore();
    await using server = await ScriptedStreams.listen((stream) => {
      stream.event('e1', 'c1');
      stream.heartbeat('c8');
    });
    using client = await sdkClient(server.url, null, { streams });
    const stream = client.domainEvents({}, { store });
    await stream.next();
    expect(await store.get()).toBeNull();
    const next = stream.next();
    await waitFor(async () => (await store.get()) === 'c8', { describe: 'the cursor' });
    await stream.return();
    expect(await next).toMatchObject({ done: true });
  });

  test('its states are told: replaying until it has caught up, live from then on', async () => {
    await using server = await ScriptedStreams.listen(
      (stream) => {
        stream.event('e1', 'c1', false);
        stream.event('e2', 'c2', true);
        stream.event('e3', 'c3', false);
        stream.close(1001);
      },
      (stream) => stream.heartbeat('c3'),
    );
    using client = await sdkClient(server.url, null, { streams });
    const states: string[] = [];
    const reader = new StreamReader(
      client.domainEvents({ after: 'c0' }, { onStatus: ({ state }) => states.push(state) }),
    );
    await waitFor(() => states.length === 6, { describe: 'six states' });
    expect(states).toEqual(['connecting', 'replaying', 'live', 'waiting', 'connecting', 'live']);
    client.close();
    await reader.ended;
  });
});
