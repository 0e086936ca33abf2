import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser, mutate, personInput } from '../support/factories.ts';
import { EventFollower } from '../support/event-follower.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

/** The samples of a scrape by name and labels, as they stand in it. */
async function scrape(): Promise<ReadonlyMap<string, number>> {
  const answer = await fetch(new URL('/metrics', app.url));
  const lines = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

test('commands, handlers, subscribers and the log are measured, and nothing personal is told', async () => {
  await waitFor(async () => (await scrape()).size > 0, { describe: 'the first metrics' });
  const before = await scrape();
  await using follower = await EventFollower.open(app.admin.client);
  await waitFor(async () => (await scrape()).get('signalbox_live_streams') === 1, {
    describe: 'the stream to be live',
  });
  const user = await createUser(app.admin.client, { email: 'canary.of.metrics@example.com' });
  await mutate(app.admin.client, 'createUser', { input: personInput({ email: user.email }) });
  await waitFor(() => follower.events.some(({ aggregateId }) => aggregateId === user.id), { describe: 'the event' });

  const grown = (now: ReadonlyMap<string, number>, name: string): number =>
    (now.get(name) ?? 0) - (before.get(name) ?? 0);
  const now = await waitFor(
    async () => {
      const samples = await scrape();
      return grown(samples, 'signalbox_handler_delay_seconds_count{handler="audit-log"}') > 1 && samples;
    },
    { describe: 'the audit log to have handled the user' },
  );
  expect(grown(now, 'signalbox_commands_total{command="createUser",outcome="done"}')).toBe(1);
  expect(grown(now, 'signalbox_commands_total{command="createUser",outcome="refused"}')).toBe(1);
  expect(grown(now, 'signalbox_command_duration_seconds_count{command="createUser"}')).toBe(2);
  expect(grown(now, 'signalbox_subscriber_delay_seconds_count')).toBeGreaterThanOrEqual(2);
  expect(now.get('signalbox_handler_processed_total{handler="audit-log"}')).toBeGreaterThanOrEqual(2);
  expect(now.get('signalbox_handler_parked_events{handler="audit-log",state="dead"}')).toBe(0);
  expect(now.get('signalbox_connections')).toBe(1);
  expect(now.get('signalbox_password_checks{state="waiting"}')).toBe(0);
  expect(now.get('signalbox_log_read_position')).toBeGreaterThan(2);
  expect([now.get('signalbox_database_up'), now.get('signalbox_redis_up'), now.get('signalbox_relay_up')]).toEqual([
    1, 1, 1,
  ]);
  expect(now.get('process_cpu_seconds_total')).toBeGreaterThan(0);
  const text = [...now.keys()].join('\n');
  for (const secret of ['canary', user.id, app.admin.user.id, app.admin.user.email]) expect(text).not.toContain(secret);
});
