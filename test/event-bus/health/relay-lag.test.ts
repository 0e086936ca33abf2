import { expect, test } from 'vitest';
import { readEventBusHealth } from '../../../src/event-bus/event-bus-health.ts';
import { Sequencer } from '../../../src/event-store/sequencer.ts';
import { openSampleDatabase } from '../../event-store/sample-database.ts';
import { append, sampleAppend } from '../../event-store/sample-events.ts';
import { sampleCatalogue } from '../../event-store/sample-library.ts';

test('the lag counts the committed events without a position, among the newest of however many', async () => {
  await using sample = await openSampleDatabase();
  const { sql } = sample.database;
  const lag = async () => {
    const health = await readEventBusHealth({
      database: sample.database,
      catalogue: sampleCatalogue,
      redisHealthy: () => null,
    });
    return { lag: health.relayLag, status: health.status, total: health.totalEvents };
  };
  expect(await lag()).toEqual({ lag: 0, status: 'HEALTHY', total: 0 });
  await append(sql, sampleAppend('a', 30));
  expect(await lag()).toEqual({ lag: 30, status: 'HEALTHY', total: 0 });

  const sequencer = new Sequencer(sql);
  await sequencer.tick();
  // As while a transaction stays open: nothing below is known to be settled, however much there is.
  await sql('update event_sequencer set floor = 0');
  expect(await lag()).toEqual({ lag: 0, status: 'HEALTHY', total: 30 });

  await append(sql, sampleAppend('b', 2_500));
  expect(await lag()).toEqual({ lag: 2_000, status: 'DEGRADED', total: 30 });
  await sequencer.tick();
  expect(await lag()).toEqual({ lag: 0, status: 'HEALTHY', total: 2_530 });
});
