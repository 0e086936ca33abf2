import { expect, test } from 'vitest';
import { BEGINNING } from '../../support/event-follower.ts';
import { bootstrap } from '../../support/factories.ts';
import { findFreePort } from '../../support/free-port.ts';
import { ScriptedChanges } from '../../support/scripted-changes.ts';
import { sdkClient, StreamReader } from '../../support/sdk-client.ts';
import { SignalboxProcess } from '../../support/signalbox-process.ts';
import { readStoredLog } from '../../support/stored-log.ts';
import { createDeployment } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

test('streams over WebSocket and SSE go on over kill -9 and restart of the server, each event once and in order', async () => {
  await using deployment = await createDeployment();
  const env = { ...deployment.env, PORT: String(await findFreePort()) };
  await using first = await SignalboxProcess.start(env);
  const admin = await bootstrap(first.client, await first.bootstrapToken());
  const url = first.url ?? '';
  using bySocket = await sdkClient(url, admin, { streams: 'websocket' });
  using byEvents = await sdkClient(url, admin, { streams: 'sse' });
  const readers = [bySocket, byEvents].map((client) => new StreamReader(client.domainEvents({ after: BEGINNING })));
  const changes = new ScriptedChanges(admin.client);
  await changes.makeUsers();
  await Promise.all(readers.map((reader) => reader.until(changes.lastEvent)));

  // Amid writes, so that there are events that were committed and not yet sent.
  const writing = changes.makeUsers().catch((error: unknown) => error);
  await waitFor(() => changes.acknowledged.length > 8, { describe: 'writes under way' });
  first.signal('SIGKILL');
  await first.untilEnded();
  await writing;
  await using second = await SignalboxProcess.start(env);
  const after = new ScriptedChanges(second.client.as(admin.accessToken));
  await after.makeUsers();
  await Promise.all(readers.map((reader) => reader.until(after.lastEvent, 40_000)));

  await using node = await deployment.startNode();
  const log = (await readStoredLog(node.sql)).map(({ id }) => id);
  for (const { ids } of readers) expect(ids).toEqual(log.slice(0, ids.length));
  expect(log).toEqual(expect.arrayContaining([...changes.acknowledged, ...after.acknowledged]));
}, 120_000);
