import { expect, test } from 'vitest';
import { ConnectionSwitch } from '../../support/connection-switch.ts';
import { BEGINNING } from '../../support/event-follower.ts';
import { bootstrap } from '../../support/factories.ts';
import { ScriptedChanges } from '../../support/scripted-changes.ts';
import { sdkClient, StreamReader } from '../../support/sdk-client.ts';
import { readStoredLog } from '../../support/stored-log.ts';
import { createDeployment } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

test('consumers side by side get the whole log once and in order, at one node after the other, over cut connections', async () => {
  await using deployment = await createDeployment();
  await using first = await deployment.startNode();
  await using second = await deployment.startNode();
  const admin = await bootstrap(second.client, second.app.bootstrapToken ?? '');
  await using line = await ConnectionSwitch.listen(first.url);
  using bySocket = await sdkClient(line.url, admin, { streams: 'websocket' });
  using byEvents = await sdkClient(line.url, admin, { streams: 'sse' });
  const breaks: string[] = [];
  const onStatus = (status: { readonly state: string; readonly error?: { readonly code: string } }): void => {
    if (status.state === 'waiting') breaks.push(status.error?.code ?? '');
  };
  // Two on one socket, two on requests of their own.
  const everything = [bySocket, byEvents].map(
    (client) => new StreamReader(client.domainEvents({ after: BEGINNING }, { onStatus })),
  );
  const filter = { types: ['USER_UPDATED' as const] };
  const updates = [bySocket, byEvents].map(
    (client) => new StreamReader(client.domainEvents({ filter, after: BEGINNING })),
  );
  const changes = new ScriptedChanges(admin.client);
  const alice = await changes.makeUsers();
  for (const node of [second, first, second]) {
    const before = line.accepted;
    line.moveTo(node.url);
    await changes.rename(alice, 3);
    await waitFor(() => line.accepted > before, { describe: 'new connections' });
    line.cut();
    await changes.rename(alice, 3);
  }
  await changes.makeUsers();
  await Promise.all(everything.map((reader) => reader.until(changes.lastEvent)));

  const updated = async () =>
    (await readStoredLog(first.sql)).filter(({ type }) => type === 'USER_UPDATED').map(({ id }) => id);
  const last = (await updated()).at(-1) ?? '';
  await Promise.all(updates.map((reader) => reader.until(last)));
  // The sagas go on: what came is compared with what the log has afterwards.
  const received = everything.map(({ ids }) => [...ids]);
  const log = (await readStoredLog(first.sql)).map(({ id }) => id);
  for (const ids of received) expect(ids).toEqual(log.slice(0, ids.length));
  const receivedUpdates = updates.map(({ ids }) => [...ids]);
  const updatedInLog = await updated();
  for (const ids of receivedUpdates) expect(ids).toEqual(updatedInLog.slice(0, ids.length));
  expect(breaks.length).toBeGreaterThanOrEqual(6);
  expect(new Set(breaks)).toEqual(new Set(['NETWORK_ERROR']));
}, 60_000);
