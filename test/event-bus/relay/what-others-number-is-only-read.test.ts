import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { silentHintBus } from '../../../src/event-bus/hint-bus.ts';
import { LogTail } from '../../../src/event-bus/log-tail.ts';
import { Relay } from '../../../src/event-bus/relay.ts';
import { Sequencer } from '../../../src/event-store/sequencer.ts';
import { openNode, openSampleDatabase, postgresConfig, silentLogger } from '../../event-store/sample-database.ts';
import { append, sampleAppend } from '../../event-store/sample-events.ts';
import { StatementTap } from '../../support/statement-tap.ts';
import { createTestRedis } from '../../support/test-redis.ts';
import { waitFor } from '../../support/wait-for.ts';
import { SMALL } from '../sample-stream.ts';
import { startBus } from './two-nodes.ts';

const EVENTS = 20;

test('a node that a hint tells of positions reads them, and does not look for something to number', async () => {
  await using redis = await createTestRedis();
  await using writer = await openSampleDatabase();
  await using tap = await StatementTap.listen(writer.url);
  await using reader = await openNode(postgresConfig(tap.url));
  const options = { redisUrl: redis.url, channel: `${redis.channelPrefix}log`, pollMaxMs: 600_000 };
  await using writing = await startBus(writer, options);
  await using reading = await startBus(reader, options);
  await waitFor(() => writing.hints.healthy && reading.hints.healthy, { describe: 'both nodes to listen' });
  const write = async (head: number): Promise<void> => {
    await append(writer.database.sql, sampleAppend('a'));
    writing.relay.wake();
    await waitFor(() => reading.tail.head === head, { describe: `event ${head} on the other node` });
  };
  await write(1);

  const ran = await tap.during(/sequence_events|read_event_log/, async () => {
    for (let head = 2; head <= EVENTS; head++) await write(head);
  });

  expect(ran.filter((text) => text.includes('read_event_log')).length).toBeGreaterThanOrEqual(EVENTS - 1);
  // The look that began with the subscription to Redis may not be over yet.
  expect(ran.filter((text) => text.includes('sequence_events')).length).toBeLessThanOrEqual(2);
});

test('commits that nobody told of get their positions although hints of other nodes keep coming', async () => {
  await using sample = await openSampleDatabase();
  const { sql } = sample.database;
  const tail = new LogTail(sample.log, SMALL);
  await tail.start();
  const hints = silentHintBus();
  await using relay = new Relay({
    node: randomUUID(),
    sequencer: new Sequencer(sql),
    tail,
    hints: () => hints,
    logger: silentLogger,
    pollMinMs: 300,
    pollMaxMs: 300,
  });
  relay.start();
  await append(sql, sampleAppend('a'));
  await waitFor(() => tail.head === 1, { describe: 'the first event' });

  await append(sql, sampleAppend('a'));
  const node = randomUUID();
  await waitFor(
    () => {
      relay.onHint({ head: tail.head + 1, node });
      return tail.head === 2;
    },
    { describe: 'the event that no hint is about' },
  );
  expect(relay.healthy).toBe(true);
});
