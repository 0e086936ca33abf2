import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { memoryStore } from '../../../sdk/src/index.ts';
import { ConnectionSwitch } from '../../support/connection-switch.ts';
import { BEGINNING } from '../../support/event-follower.ts';
import { ScriptedChanges } from '../../support/scripted-changes.ts';
import { sdkClient } from '../../support/sdk-client.ts';
import { readStoredLog } from '../../support/stored-log.ts';
import { startTestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

test('handling over cut connections, stopped and begun anew, does every event once where nothing crashes', async () => {
  await using app = await startTestApp();
  await using line = await ConnectionSwitch.listen(app.url);
  using client = await sdkClient(line.url, app.admin);
  const store = memoryStore();
  const handled: { readonly id: string; readonly aggregateId: string; readonly version: number }[] = [];
  const begin = (): { readonly done: Promise<void>; stop(): void } => {
    const stopping = new AbortController();
    const done = client.handleEvents({
      store,
      after: BEGINNING,
      concurrency: 4,
      signal: stopping.signal,
      handler: async (event) => {
        await setImmediate();
        handled.push(event);
      },
    });
    return { done, stop: () => stopping.abort() };
  };
  const changes = new ScriptedChanges(app.admin.client);
  for (let round = 1; round <= 3; round += 1) {
    const handling = begin();
    const alice = await changes.makeUsers();
    line.cut();
    await changes.rename(alice, 5);
    await waitFor(() => handled.some(({ id }) => id === changes.lastEvent), { describe: 'the last event' });
    handling.stop();
    await handling.done;
    expect(await store.get()).toBe((await readStoredLog(app.sql)).at(-1)?.cursor);
  }
  const log = await readStoredLog(app.sql);
  expect(handled.map(({ id }) => id).toSorted()).toEqual(log.map(({ id }) => id).toSorted());
  for (const aggregateId of new Set(log.map((line) => line.aggregateId))) {
    const versions = handled.filter((event) => event.aggregateId === aggregateId).map(({ version }) => version);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  }
}, 60_000);
