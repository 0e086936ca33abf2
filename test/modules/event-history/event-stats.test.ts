import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser, signedInUser, succeed } from '../../support/factories.ts';
import { countEvents, readStoredLog } from '../../support/stored-log.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

const STATS = `query ($filter: DomainEventFilter) { eventStats(filter: $filter) {
  totalEvents byType { type aggregateType count firstEvent lastEvent } } }`;

interface ShownStats {
  readonly totalEvents: number;
  readonly byType: readonly {
    readonly type: string;
    readonly aggregateType: string;
    readonly count: number;
    readonly firstEvent: string;
    readonly lastEvent: string;
  }[];
}

let app: TestApp;
let userId: string;
beforeAll(async () => {
  app = await startTestApp();
  ({ id: userId } = await createUser(app.admin.client));
  for (const firstName of ['Grace', 'Barbara'])
    await succeed(app.admin.client, 'updateUser', { id: userId, input: { firstName } });
  await readStoredLog(app.sql);
});
afterAll(() => app[Symbol.asyncDispose]());

async function stats(filter: object = {}): Promise<ShownStats> {
  return (await app.admin.client.ask<{ eventStats: ShownStats }>(STATS, { filter })).eventStats;
}

test('every type is counted, with the times of its first and last event, before and after the log is summed up', async () => {
  const before = await stats();
  expect(before.totalEvents).toBe(await countEvents(app.sql));
  const updated = before.byType.find(({ type }) => type === 'USER_UPDATED');
  expect(updated).toMatchObject({ aggregateType: 'User', count: 2 });
  expect(Date.parse(updated?.firstEvent ?? '')).toBeLessThan(Date.parse(updated?.lastEvent ?? ''));
  await app.sql('select summarize_log(1000)');
  expect(await stats()).toEqual(before);
});

test('a filter narrows the numbers down', async () => {
  expect(await stats({ aggregateId: userId })).toMatchObject({ totalEvents: 4 });
  expect(await stats({ types: ['USER_UPDATED'] })).toMatchObject({ totalEvents: 2, byType: [{ count: 2 }] });
  expect((await stats({ aggregateType: 'User' })).byType.every(({ aggregateType }) => aggregateType === 'User')).toBe(
    true,
  );
  expect(await stats({ to: '2020-01-01T00:00:00Z' })).toEqual({ totalEvents: 0, byType: [] });
  expect(await stats({ types: [] })).toEqual({ totalEvents: 0, byType: [] });
  expect(await stats({ aggregateType: 'Nothing' })).toEqual({ totalEvents: 0, byType: [] });
});

test('statistics of the log are for holders of events:read', async () => {
  const manager = await signedInUser(app.admin.client, { role: 'manager' });
  expect(await manager.client.codeOf(STATS)).toBe('FORBIDDEN');
  expect(await app.client.codeOf(STATS)).toBe('UNAUTHENTICATED');
});
