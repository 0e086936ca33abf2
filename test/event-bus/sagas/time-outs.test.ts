import { expect, test } from 'vitest';
import { holdRows } from '../../support/held-rows.ts';
import { waitFor } from '../../support/wait-for.ts';
import {
  actsOf,
  createSagaDeployment,
  delivery,
  happen,
  historyOf,
  ParcelSent,
  ParcelSigned,
  untilAt,
  untilStatus,
} from './sample-saga.ts';

test('a step that waits in vain fails the saga', async () => {
  await using deployment = await createSagaDeployment();
  const { sql } = deployment;
  await using node = await deployment.startNode([], {}, { sagas: [delivery({ withinMs: 50 })] });
  await happen(node, ParcelSent, 'p1');
  expect(await untilStatus(sql, 'p1', 'COMPENSATED')).toMatchObject({ error: 'The step sign waited in vain.' });
  expect(await actsOf(sql, 'p1')).toEqual(['pick', 'book', 'unbook', 'unpick', 'report']);
  await happen(node, ParcelSigned, 'p1');
  await happen(node, ParcelSent, 'p2');
  await untilAt(sql, 'p2', 'sign');
  expect(await actsOf(sql, 'p1')).toHaveLength(5);
});

test('a step that knows what to do about it ends the saga well', async () => {
  await using deployment = await createSagaDeployment();
  const { sql } = deployment;
  await using node = await deployment.startNode([], {}, { sagas: [delivery({ withinMs: 50, forgiving: true })] });
  await happen(node, ParcelSent, 'p1');
  await untilStatus(sql, 'p1', 'COMPLETED');
  expect(await actsOf(sql, 'p1')).toEqual(['pick', 'book', 'unsigned']);
  expect((await historyOf(sql, 'p1')).slice(-2)).toEqual(['TIMED_OUT sign', 'COMPLETED']);
});

test('a time-out outlives the node that began the wait, and fires on another', async () => {
  await using deployment = await createSagaDeployment();
  const { sql } = deployment;
  const sagas = [delivery({ withinMs: 1_500, forgiving: true })];
  {
    await using node = await deployment.startNode([], {}, { sagas });
    await happen(node, ParcelSent, 'p1');
    await untilAt(sql, 'p1', 'sign');
  }
  expect(await actsOf(sql, 'p1')).toEqual(['pick', 'book']);
  await using _other = await deployment.startNode([], {}, { sagas });
  await untilStatus(sql, 'p1', 'COMPLETED');
  expect(await actsOf(sql, 'p1')).toEqual(['pick', 'book', 'unsigned']);
});

test('an event and the time-out at once: the row decides, and one of them wins', async () => {
  await using deployment = await createSagaDeployment();
  const { sql, url } = deployment;
  await using node = await deployment.startNode([], {}, { sagas: [delivery({ withinMs: 400, forgiving: true })] });
  const keys = Array.from({ length: 6 }, (_, index) => `p${index}`);
  await happen(node, ParcelSent, ...keys);
  for (const key of keys) await untilAt(sql, key, 'sign');
  {
    await using rows = await holdRows(url, 'select 1 from saga_instance for update', []);
    await happen(node, ParcelSigned, ...keys);
    await rows.untilWaiting(1);
    await waitFor(
      async () => (await sql('select 1 from saga_instance where due_at > clock_timestamp()')).length === 0,
      {
        describe: 'the time to be over',
      },
    );
    await rows.release();
  }
  for (const key of keys) {
    await untilStatus(sql, key, 'COMPLETED');
    expect([
      ['pick', 'book', 'sign', 'close'],
      ['pick', 'book', 'unsigned'],
    ]).toContainEqual(await actsOf(sql, key));
  }
});

test('a time-out may have the step wait on, and the event it waits for then still counts', async () => {
  await using deployment = await createSagaDeployment();
  const { sql } = deployment;
  let left = 1;
  const waitsOn = () => (left-- > 0 ? { waitMs: 60_000 } : null);
  await using node = await deployment.startNode(
    [],
    {},
    { sagas: [delivery({ withinMs: 50, forgiving: true, waitsOn })] },
  );
  await happen(node, ParcelSent, 'p1');
  await waitFor(async () => (await historyOf(sql, 'p1')).includes('POSTPONED sign'), { describe: 'the postponement' });
  await happen(node, ParcelSent, 'p2');
  await untilStatus(sql, 'p2', 'COMPLETED');
  expect(await actsOf(sql, 'p2')).toEqual(['pick', 'book', 'unsigned']);
  await happen(node, ParcelSigned, 'p1');
  await untilStatus(sql, 'p1', 'COMPLETED');
  expect(await actsOf(sql, 'p1')).toEqual(['pick', 'book', 'sign', 'close']);
});
