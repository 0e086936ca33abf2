import { afterAll, beforeAll, expect, test } from 'vitest';
import { memoryStore } from '../../../sdk/src/index.ts';
import { BEGINNING } from '../../support/event-follower.ts';
import { ScriptedChanges } from '../../support/scripted-changes.ts';
import { sdkClient, StreamReader, type TestClient } from '../../support/sdk-client.ts';
import { readStoredLog, type StoredLine } from '../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

const cleanup = new AsyncDisposableStack();
let app: TestApp;
let client: TestClient;
let log: StoredLine[];

beforeAll(async () => {
  app = cleanup.use(await startTestApp());
  client = cleanup.use(await sdkClient(app.url, app.admin));
  await new ScriptedChanges(app.admin.client).makeUsers();
  log = await readStoredLog(app.sql);
});

afterAll(() => cleanup.disposeAsync());

test('an event is stored as done when the next one is asked for, and not when the loop is left', async () => {
  const store = memoryStore();
  const held: (string | null)[] = [];
  for await (const event of client.domainEvents({ after: BEGINNING }, { store })) {
    held.push(await store.get());
    if (event.id === log[3]?.id) break;
  }
  expect(await store.get()).toBe(log[2]?.cursor);
  // Writing is beside the loop, so it may be an event behind.
  const cursors = log.map(({ cursor }) => cursor);
  held.forEach((cursor, index) => expect(cursors.indexOf(cursor)).toBeLessThan(index));
});

test('a stream begins with what the store holds, whatever `after` says, and repeats what was not done', async () => {
  const store = memoryStore(log[2]?.cursor ?? null);
  const reader = new StreamReader(client.domainEvents({ after: BEGINNING }, { store }));
  await reader.until(log.at(-1)?.id ?? '');
  expect(reader.ids).toEqual(log.slice(3).map(({ id }) => id));
});

test('a store that fails fails the stream', async () => {
  const failure = new Error('The disk is full.');
  const store = { get: () => null, set: () => Promise.reject(failure) };
  const reader = new StreamReader(client.domainEvents({ after: BEGINNING }, { store }));
  await expect(reader.ended).rejects.toBe(failure);
  expect(reader.events.length).toBeLessThan(log.length);
});

test('a slow store does not hold up the stream, and is given the newest cursor in the end', async () => {
  let writes = 0;
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  let kept: string | null = null;
  const store = {
    get: () => null,
    set: async (cursor: string | null) => {
      writes += 1;
      await opened;
      kept = cursor;
    },
  };
  const ending = new AbortController();
  const reader = new StreamReader(client.domainEvents({ after: BEGINNING }, { store, signal: ending.signal }));
  await reader.until(log.at(-1)?.id ?? '');
  ending.abort();
  open();
  await reader.ended;
  expect(writes).toBe(2);
  expect(kept).toBe(log.at(-1)?.cursor);
});
