import { expect, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { createHandlerDeployment, readParked, untilSettled } from './handler-deployment.ts';
import { canary, courier } from './sample-handlers.ts';
import { appendEntries, entry, linesOf, orderFaults } from './sample-ledger.ts';

test.for(['transactional', 'external'] as const)(
  'when a poisoned event of a %s handler heals, what waits behind it follows in order, the newest last',
  async (kind) => {
    await using deployment = await createHandlerDeployment();
    const { sql } = deployment;
    let healed = false;
    const delivered: { readonly ledger: string; readonly version: number }[] = [];
    const inspect = (event: { readonly data: { readonly note: string } }): void => {
      if (event.data.note === 'poison' && !healed) throw new Error('Not yet.');
    };
    const retry = { maxAttempts: 1_000 };
    const handler =
      kind === 'transactional'
        ? canary({ name: 'healing', inspect, retry })
        : courier({
            name: 'healing',
            retry,
            lanes: 1,
            deliver: async (event) => {
              inspect(event);
              delivered.push({ ledger: event.aggregateId, version: event.version });
              return undefined;
            },
          });
    await using _node = await deployment.startNode([handler]);
    await appendEntries(sql, [
      entry('sick'),
      entry('sick', { note: 'poison' }),
      ...Array.from({ length: 20 }, () => entry('sick')),
    ]);
    await waitFor(async () => (await readParked(sql, 'healing')).length === 21, {
      describe: 'the whole queue to be parked',
    });
    healed = true;
    await appendEntries(
      sql,
      Array.from({ length: 20 }, () => entry('sick')),
    );
    await waitFor(async () => (await readParked(sql, 'healing')).length === 0, { describe: 'the queue to drain' });
    await appendEntries(sql, [entry('sick')]);
    await untilSettled(sql, 'healing');
    const handled = kind === 'transactional' ? await linesOf(sql, 'healing') : delivered;
    expect(handled).toHaveLength(43);
    expect(orderFaults(handled)).toEqual([]);
  },
);
