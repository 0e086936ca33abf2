import { expect, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { createHandlerDeployment, readParked, untilSettled } from './handler-deployment.ts';
import { courier, forEver } from './sample-handlers.ts';
import { appendEntries, entry } from './sample-ledger.ts';

test('a batch read again after a crash parks nothing that was done, and its aggregate goes on after the parked one', async () => {
  await using deployment = await createHandlerDeployment();
  const { sql } = deployment;
  const ids = await appendEntries(sql, [
    entry('x'),
    entry('x', { note: 'poison' }),
    entry('x'),
    entry('y', { note: 'hang' }),
  ]);
  const delivered: string[] = [];
  const retry = { maxAttempts: 1_000, baseMs: 1_000, maxMs: 1_000 };
  {
    await using _dying = await deployment.startNode([
      courier({
        lanes: 1,
        retry,
        timeoutMs: 60_000,
        async deliver(event) {
          if (event.data.note === 'poison') throw new Error('Poison.');
          if (event.data.note === 'hang') await forEver();
          delivered.push(event.id);
          return undefined;
        },
      }),
    ]);
    await waitFor(async () => (await readParked(sql, 'courier')).length === 2, {
      describe: 'the poison and what waits behind it',
    });
    await sql(`update handler_lane set epoch = epoch + 1, holder = null where handler = 'courier'`);
  }
  let failures = 0;
  await using _next = await deployment.startNode([
    courier({
      retry,
      async deliver(event) {
        // Once more, so that the rest of the batch is read while it is parked.
        if (event.data.note === 'poison' && failures++ === 0) throw new Error('Poison.');
        delivered.push(event.id);
        return undefined;
      },
    }),
  ]);
  await untilSettled(sql, 'courier');
  ids.push(...(await appendEntries(sql, [entry('x')])));
  await untilSettled(sql, 'courier');
  expect(await readParked(sql, 'courier')).toEqual([]);
  expect(delivered.filter((id) => id !== ids[3])).toEqual([ids[0], ids[1], ids[2], ids[4]]);
  expect(delivered.filter((id) => id === ids[3])).toHaveLength(1);
});
