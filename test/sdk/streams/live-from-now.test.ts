import { describe, expect, test } from 'vitest';
import { ConnectionSwitch } from '../../support/connection-switch.ts';
import { ScriptedChanges } from '../../support/scripted-changes.ts';
import { sdkClient, type StreamKind, StreamReader } from '../../support/sdk-client.ts';
import { startTestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

describe.for<StreamKind>(['websocket', 'sse'])('over %s', (streams) => {
  test('from the moment a stream is live it misses nothing, though it is cut off before its first event', async () => {
    await using app = await startTestApp();
    await using line = await ConnectionSwitch.listen(app.url);
    using client = await sdkClient(line.url, app.admin, { streams });
    const states: string[] = [];
    const reader = new StreamReader(client.domainEvents({}, { onStatus: ({ state }) => states.push(state) }));
    await waitFor(() => states.includes('live'), { describe: 'the stream to be live' });
    line.isDown = true;
    line.cut();
    const changes = new ScriptedChanges(app.admin.client);
    await changes.makeUsers();
    line.isDown = false;
    await reader.until(changes.lastEvent);
    expect(reader.ids).toEqual(changes.acknowledged);
  }, 60_000);
});
