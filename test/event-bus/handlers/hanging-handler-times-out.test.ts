import { expect, test } from 'vitest';
import { createHandlerDeployment, readParked, untilSettled } from './handler-deployment.ts';
import { canary, courier, forEver } from './sample-handlers.ts';
import { appendEntries, entry, linesOf } from './sample-ledger.ts';

// Longer and shorter than a lease: a session that does nothing for a lease is ended by the database.
test.for([
  ['transactional', 100],
  ['transactional', 1_500],
  ['external', 100],
  ['external', 1_500],
] as const)(
  'an event whose %s handler hangs is a dead letter after its attempts of %i ms',
  async ([kind, timeoutMs]) => {
    await using deployment = await createHandlerDeployment();
    const { sql } = deployment;
    const delivered: string[] = [];
    const retry = { maxAttempts: 2 };
    const hanging =
      kind === 'transactional'
        ? canary({
            name: 'hanging',
            retry,
            timeoutMs,
            inspect: (event) => (event.data.note === 'hang' ? forEver() : undefined),
          })
        : courier({
            name: 'hanging',
            retry,
            timeoutMs,
            deliver: async (event) => {
              if (event.data.note === 'hang') await forEver();
              delivered.push(event.id);
              return undefined;
            },
          });
    await using _node = await deployment.startNode([hanging]);
    const ids = await appendEntries(sql, [entry('stuck', { note: 'hang' }), entry('free'), entry('stuck')]);
    await untilSettled(sql, 'hanging');
    expect(await readParked(sql, 'hanging')).toMatchObject([
      { event_id: ids[0], state: 'dead', attempts: 2, error_class: 'HandlerTimeoutError' },
      { event_id: ids[2], state: 'waiting' },
    ]);
    const handled = kind === 'transactional' ? (await linesOf(sql, 'hanging')).map((line) => line.event_id) : delivered;
    expect(handled).toEqual([ids[1]]);
  },
);
