import { expect, test } from 'vitest';
import { retrySaga } from '../../../src/event-bus/saga-list.ts';
import { SAGAS_SIGNAL } from '../../../src/event-bus/define-saga.ts';
import { waitFor } from '../../support/wait-for.ts';
import {
  actsOf,
  createSagaDeployment,
  delivery,
  happen,
  historyOf,
  ParcelSent,
  ParcelSigned,
  untilStatus,
} from './sample-saga.ts';

/** Fails as many times as are left, by name of what is done. */
function failing(times: Record<string, number>): (what: string) => void {
  return (what) => {
    const left = times[what] ?? 0;
    times[what] = left - 1;
    if (left > 0) throw new Error(`${what} does not work`);
  };
}

test('a step that fails is tried again, and leaves nothing of a failed attempt', async () => {
  await using deployment = await createSagaDeployment();
  const { sql } = deployment;
  await using node = await deployment.startNode([], {}, { sagas: [delivery({ inspect: failing({ book: 2 }) })] });
  await happen(node, ParcelSent, 'p1');
  await happen(node, ParcelSigned, 'p1');
  expect(await untilStatus(sql, 'p1', 'COMPLETED')).toMatchObject({ state: { booked: 1 } });
  expect(await actsOf(sql, 'p1')).toEqual(['pick', 'book', 'sign', 'close']);
  expect(await historyOf(sql, 'p1')).toEqual([
    'STARTED',
    'STEP_DONE pick',
    'ATTEMPT_FAILED book',
    'ATTEMPT_FAILED book',
    'STEP_DONE book',
    'STEP_DONE sign',
    'STEP_DONE close',
    'COMPLETED',
  ]);
});

test('a step that keeps failing has the steps before it taken back in reverse, and the failure told', async () => {
  await using deployment = await createSagaDeployment();
  const { sql } = deployment;
  const inspect = failing({ close: 99, unbook: 1 });
  await using node = await deployment.startNode([], {}, { sagas: [delivery({ inspect })] });
  const [sent] = await happen(node, ParcelSent, 'p1');
  await happen(node, ParcelSigned, 'p1');
  expect(await untilStatus(sql, 'p1', 'COMPENSATED')).toMatchObject({ error: 'close does not work' });
  expect(await actsOf(sql, 'p1')).toEqual(['pick', 'book', 'sign', 'unbook', 'unpick', 'report']);
  expect((await historyOf(sql, 'p1')).slice(4)).toEqual([
    'ATTEMPT_FAILED close',
    'ATTEMPT_FAILED close',
    'ATTEMPT_FAILED close',
    'COMPENSATING',
    'ATTEMPT_FAILED book',
    'STEP_COMPENSATED book',
    'STEP_COMPENSATED pick',
    'COMPENSATED',
  ]);
  const [failed] = await waitFor(
    async () => {
      const events = await node.app.bus.log.read({ filter: { types: ['PARCEL_FAILED'] }, limit: 5 });
      return events.length > 0 && events;
    },
    { describe: 'the event of the failure' },
  );
  expect(failed).toMatchObject({
    data: { error: 'close does not work', compensated: ['book', 'pick'] },
    metadata: { correlationId: sent?.metadata.correlationId },
  });
});

test('a saga that cannot be taken back waits for an operator, who has it tried again', async () => {
  await using deployment = await createSagaDeployment();
  const { sql } = deployment;
  const inspect = failing({ book: 99, unpick: 3 });
  await using node = await deployment.startNode([], {}, { sagas: [delivery({ inspect })] });
  await happen(node, ParcelSent, 'p1');
  const { id } = await untilStatus(sql, 'p1', 'FAILED');
  expect(node.logs.join()).toContain('an operator is needed');
  expect(await retrySaga(sql, id)).toMatchObject({ status: 'COMPENSATING' });
  node.app.bus.signals.raise(SAGAS_SIGNAL);
  expect(await untilStatus(sql, 'p1', 'COMPENSATED')).toMatchObject({ error: 'book does not work' });
  expect(await actsOf(sql, 'p1')).toEqual(['pick', 'unpick', 'report']);
  expect(await retrySaga(sql, id)).toBeNull();
});

test('a step that hangs counts as failed when its time is over, and what it does later reaches nothing', async () => {
  await using deployment = await createSagaDeployment();
  const { sql } = deployment;
  const late = Promise.withResolvers<void>();
  let attempts = 0;
  const saga = delivery({ inspect: (what) => (what === 'book' && attempts++ === 0 ? late.promise : undefined) });
  await using node = await deployment.startNode([], {}, { sagas: [{ ...saga, timeoutMs: 200 }] });
  await happen(node, ParcelSent, 'p1');
  await happen(node, ParcelSigned, 'p1');
  await untilStatus(sql, 'p1', 'COMPLETED');
  late.resolve();
  await happen(node, ParcelSent, 'p2');
  await happen(node, ParcelSigned, 'p2');
  await untilStatus(sql, 'p2', 'COMPLETED');
  expect(await actsOf(sql, 'p1')).toEqual(['pick', 'book', 'sign', 'close']);
});
