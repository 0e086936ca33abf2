import { expect, test } from 'vitest';
import { readFailures } from '../../../src/event-bus/replay-failures.ts';
import { parkForRepeat, withdrawParked } from '../../../src/event-bus/repeat-effects.ts';
import { createHandlerDeployment, readParked, untilSettled } from '../handlers/handler-deployment.ts';
import { courier } from '../handlers/sample-handlers.ts';
import { appendEntries, entries, entry } from '../handlers/sample-ledger.ts';
import { replay, untilOver } from './sample-replay.ts';

test('what is done is not done again; what never was is done, once, and what fails is a dead letter that is counted', async () => {
  await using deployment = await createHandlerDeployment();
  const { sql } = deployment;
  const delivered: string[] = [];
  let broken = false;
  const deliver = async ({ aggregateId, version }: { aggregateId: string; version: number }): Promise<undefined> => {
    if (broken && aggregateId === 'cursed') throw new Error('not this one');
    delivered.push(`${aggregateId}/${version}`);
  };
  await using node = await deployment.startNode([courier({ deliver, retry: { maxAttempts: 2 } })]);
  await appendEntries(sql, [...entries(30, 6), entry('cursed'), entry('cursed')]);
  await untilSettled(sql, 'courier');
  expect(delivered).toHaveLength(32);
  const effects = { includeEffects: ['courier'] };

  expect(await untilOver(sql, await replay(sql, ['courier'], effects, node.app))).toMatchObject({
    status: 'COMPLETED',
    processed: 32,
    failed: 0,
  });
  expect(delivered).toHaveLength(32);

  // As if the handler had never seen these.
  await sql(
    `delete from handler_effect where event_id in (select id from event where aggregate_id in ('ledger-2', 'cursed'))`,
  );
  broken = true;
  const job = await untilOver(sql, await replay(sql, ['courier'], effects, node.app));
  expect(job).toMatchObject({ status: 'COMPLETED', processed: 32, failed: 2 });
  expect(delivered.slice(32)).toEqual(['ledger-2/1', 'ledger-2/2', 'ledger-2/3', 'ledger-2/4', 'ledger-2/5']);
  expect(await readFailures(sql, job.id, 10)).toMatchObject([
    { handler: 'courier', error: 'not this one' },
    { handler: 'courier', error: 'It waits behind a dead letter of its aggregate.' },
  ]);
  expect((await readParked(sql, 'courier')).map(({ state }) => state)).toEqual(['dead', 'waiting']);
});

test('a cancelled replay takes back what was not done, and lets go on what stood behind it', async () => {
  await using deployment = await createHandlerDeployment();
  const { sql } = deployment;
  await using node = await deployment.startNode([courier({ deliver: async () => undefined })]);
  await appendEntries(sql, entries(4, 1));
  await untilSettled(sql, 'courier');
  await sql(`update handler set paused = true where name = 'courier'`);
  await sql('delete from handler_effect');
  const events = await node.app.bus.log.read({ filter: { aggregateId: 'ledger-0' }, limit: 10 });
  const [one, other] = ['01a2095a-f686-7294-ae88-05e1da639557', '01a2095a-f686-7294-ae88-05e1da639558'];
  await parkForRepeat(sql, 'courier', one, events.slice(0, 2));
  await parkForRepeat(sql, 'courier', other, events.slice(2));
  expect((await readParked(sql, 'courier')).map(({ state }) => state)).toEqual([
    'retrying',
    'waiting',
    'waiting',
    'waiting',
  ]);
  await withdrawParked(sql, ['courier'], one);
  expect((await readParked(sql, 'courier')).map(({ state }) => state)).toEqual(['retrying', 'waiting']);
});
