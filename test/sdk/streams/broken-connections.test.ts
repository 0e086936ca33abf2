import { describe, expect, test } from 'vitest';
import { BEGINNING } from '../../support/event-follower.ts';
import { bootstrap } from '../../support/factories.ts';
import { ConnectionSwitch } from '../../support/connection-switch.ts';
import { ScriptedChanges } from '../../support/scripted-changes.ts';
import { sdkClient, type StreamKind, StreamReader } from '../../support/sdk-client.ts';
import { readStoredLog } from '../../support/stored-log.ts';
import { createDeployment } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

describe.for<StreamKind>(['websocket', 'sse'])('over %s', (streams) => {
  test('two consumers of one client get the whole log once and in order, at one node after the other, over cut connections', async () => {
    await using deployment = await createDeployment();
    await using first = await deployment.startNode();
    await using second = await deployment.startNode();
    const admin = await bootstrap(second.client, second.app.bootstrapToken ?? '');
    await using line = await ConnectionSwitch.listen(first.url);
    using client = await sdkClient(line.url, admin, { streams });
    const waits: string[] = [];
    const everything = new StreamReader(
      client.domainEvents(
        { after: BEGINNING },
        { onStatus: (status) => status.state === 'waiting' && waits.push(status.error.code) },
      ),
    );
    const updates = new StreamReader(client.domainEvents({ filter: { types: ['USER_UPDATED'] }, after: BEGINNING }));
    const changes = new ScriptedChanges(admin.client);
    const alice = await changes.makeUsers();
    for (const node of [second, first, second]) {
      const before = line.accepted;
      line.moveTo(node.url);
      await changes.rename(alice, 3);
      await waitFor(() => line.accepted > before, { describe: 'a new connection' });
      line.cut();
      await changes.rename(alice, 3);
    }
    await changes.makeUsers();
    await everything.until(changes.lastEvent);

    const log = await readStoredLog(first.sql);
    expect(everything.ids).toEqual(log.map(({ id }) => id));
    const updated = log.filter(({ type }) => type === 'USER_UPDATED').map(({ id }) => id);
    await updates.until(updated.at(-1) ?? '');
    expect(updates.ids).toEqual(updated);
    expect(waits.length).toBeGreaterThanOrEqual(3);
    expect(new Set(waits)).toEqual(new Set(['NETWORK_ERROR']));
  }, 60_000);
});
