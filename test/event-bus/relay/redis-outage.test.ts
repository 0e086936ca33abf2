import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Hint } from '../../../src/event-bus/hint-bus.ts';
import { openRedisHintBus } from '../../../src/event-bus/redis-hint-bus.ts';
import { silentLogger } from '../../event-store/sample-database.ts';
import { append, sampleAppend } from '../../event-store/sample-events.ts';
import { ConnectionSwitch } from '../../support/connection-switch.ts';
import { startRedis } from '../../support/redis-server.ts';
import { waitFor } from '../../support/wait-for.ts';
import { startTwoNodes } from './two-nodes.ts';

test('while Redis is dead events still reach the other node by polling', async () => {
  await using redis = await startRedis();
  // So long that the first event can only come by its hint.
  await using nodes = await startTwoNodes({ redisUrl: redis.url, channel: 'log', pollMaxMs: 600_000 });
  const { a, b } = nodes;
  await waitFor(() => a.bus.hints.healthy && b.bus.hints.healthy, { describe: 'both nodes to listen' });

  await append(a.database.sql, sampleAppend('a'));
  a.bus.relay.wake();
  await waitFor(() => b.bus.tail.head === 1, { describe: 'the event that a hint told of' });
  await redis.kill();
  await waitFor(() => !a.bus.hints.healthy && !b.bus.hints.healthy, { describe: 'both nodes to notice' });
  for (let round = 2; round <= 4; round++) {
    await append(a.database.sql, sampleAppend('a'));
    a.bus.relay.wake();
    await waitFor(() => b.bus.tail.head === round, { describe: `event ${round} on the other node` });
  }

  await waitFor(() => b.bus.relay.repairs.events > 0, { describe: 'what no hint told of to be counted' });
  expect(b.bus.relay.repairs.events).toBeLessThanOrEqual(3);
  expect(a.bus.relay.repairs).toEqual({ gaps: 0, events: 0 });
  expect(a.bus.relay.healthy && b.bus.relay.healthy).toBe(true);
});

test('once Redis is back the listener is told that hints may have been lost, and hints arrive again', async () => {
  await using redis = await startRedis();
  const heard: Hint[] = [];
  let reconnects = 0;
  const open = (listener: { onHint(hint: Hint): void; onReconnect(): void }) =>
    openRedisHintBus({
      redis: { kind: 'single', urls: [redis.url], caFile: null, identity: null },
      channel: 'log',
      listener: { onSignal: () => undefined, onDisconnect: () => undefined, ...listener },
      logger: silentLogger,
    });
  await using sender = open({ onHint: () => undefined, onReconnect: () => undefined });
  await using receiver = open({ onHint: (hint) => void heard.push(hint), onReconnect: () => void reconnects++ });
  const node = randomUUID();
  await waitFor(() => sender.healthy && receiver.healthy, { describe: 'the subscriptions' });
  sender.publish({ head: 1, node });
  await waitFor(() => heard.length > 0, { describe: 'the first hint' });

  await redis.kill();
  await waitFor(() => !sender.healthy && !receiver.healthy, { describe: 'both to notice' });
  const before = reconnects;
  for (let head = 2; head < 1_000; head++) sender.publish({ head, node });
  await redis.restart();
  await waitFor(() => sender.healthy && receiver.healthy, { describe: 'the subscriptions again' });
  expect(reconnects).toBeGreaterThan(before);

  await waitFor(
    () => {
      sender.publish({ head: 1_000, node });
      return heard.some((hint) => hint.head === 1_000);
    },
    { describe: 'a hint after the outage' },
  );
});

test('what could not be sent is sent when the connection is back, the newest head and each signal once', async () => {
  await using redis = await startRedis();
  await using line = await ConnectionSwitch.listen(redis.url);
  const heard: (number | string)[] = [];
  const open = (url: string) =>
    openRedisHintBus({
      redis: { kind: 'single', urls: [url], caFile: null, identity: null },
      channel: 'log',
      listener: {
        onHint: ({ head }) => void heard.push(head),
        onSignal: ({ signal }) => void heard.push(signal),
        onReconnect: () => undefined,
        onDisconnect: () => undefined,
      },
      logger: silentLogger,
    });
  await using receiver = open(redis.url);
  await using sender = open(line.url);
  const node = randomUUID();
  await waitFor(() => sender.healthy && receiver.healthy, { describe: 'the subscriptions' });
  line.isDown = true;
  line.cut();
  await waitFor(() => !sender.healthy, { describe: 'the sender to notice' });
  for (let head = 1; head <= 5; head++) sender.publish({ head, node });
  for (let time = 0; time < 3; time++) sender.signal({ signal: 'jobs', node });

  line.isDown = false;

  await waitFor(() => heard.includes(5) && heard.includes('jobs'), { describe: 'what was kept' });
  await waitFor(() => sender.healthy, { describe: 'the sender to listen' });
  sender.publish({ head: 6, node });
  await waitFor(() => heard.includes(6), { describe: 'the next' });
  // The sender hears itself as well, if it listened in time.
  expect(new Set(heard)).toEqual(new Set([5, 'jobs', 6]));
});
