import { describe, expect, test } from 'vitest';
import { ConnectionSwitch } from '../../support/connection-switch.ts';
import { createUser } from '../../support/factories.ts';
import { sdkClient, type StreamKind, StreamReader } from '../../support/sdk-client.ts';
import { startTestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

describe.for<StreamKind>(['websocket', 'sse'])('over %s', (streams) => {
  test('a subscription without cursors connects again and goes on with what comes then', async () => {
    await using app = await startTestApp();
    await using line = await ConnectionSwitch.listen(app.url);
    using client = await sdkClient(line.url, app.admin, { streams });
    const health = client.eventBusHealthUpdated();
    const { value: first } = await health.next();
    expect(first).toMatchObject({ status: 'HEALTHY', database: true });
    const notices = new StreamReader(client.followNotifications());
    // Nothing tells when it has begun, and it begins with the present.
    const isTold = async (): Promise<boolean> => {
      const before = notices.events.length;
      await createUser(app.admin.client);
      await waitFor(() => notices.events.length > before, { describe: 'a notification', timeoutMs: 1_000 });
      return true;
    };
    await waitFor(isTold, { describe: 'notifications', timeoutMs: 15_000 });
    line.cut();
    await waitFor(isTold, { describe: 'notifications after the cut', timeoutMs: 15_000 });
    expect(new Set(notices.ids).size).toBe(notices.ids.length);
    expect((await health.next()).value).toMatchObject({ status: 'HEALTHY' });
  }, 60_000);
});
