import { expect, test } from 'vitest';
import { createHandlerDeployment, readParked, untilSettled } from './handler-deployment.ts';
import { canary } from './sample-handlers.ts';
import { appendEntries, entries, linesOf, sumOf, totalOf } from './sample-ledger.ts';

const COUNT = 300;

test.for([
  ['first', [0]],
  ['last', [COUNT - 1]],
  ['in the middle', [151]],
  ['two beside each other', [150, 151]],
] as const)('with the poison %s every other event of the batch is handled exactly once', async ([, poisonous]) => {
  await using deployment = await createHandlerDeployment();
  const { sql } = deployment;
  // An aggregate per event: nothing waits behind the poison.
  const made = entries(COUNT, COUNT).map((one, index) => ({
    ...one,
    note: poisonous.some((at) => at === index) ? 'poison' : '',
  }));
  const ids = await appendEntries(sql, made);
  const inspect = (event: { readonly data: { readonly note: string } }): void => {
    if (event.data.note === 'poison') throw new Error('Poison.');
  };
  await using _node = await deployment.startNode([canary({ inspect, retry: { maxAttempts: 2 } })]);
  await untilSettled(sql, 'canary');
  expect((await readParked(sql, 'canary')).map(({ event_id, state }) => [event_id, state])).toEqual(
    poisonous.map((index) => [ids[index], 'dead']),
  );
  expect((await linesOf(sql, 'canary')).map(({ event_id }) => event_id)).toEqual(
    ids.filter((_, index) => !poisonous.some((at) => at === index)),
  );
  expect(await totalOf(sql, 'canary')).toBe(sumOf(made.filter(({ note }) => note === '')));
});
