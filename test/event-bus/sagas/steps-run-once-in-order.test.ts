import { expect, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import {
  actsOf,
  createSagaDeployment,
  delivery,
  happen,
  historyOf,
  ParcelBooked,
  ParcelLost,
  ParcelSent,
  ParcelSigned,
  untilAt,
  untilStatus,
} from './sample-saga.ts';

test('each step runs once, waits for its event, and what it records carries correlation and cause', async () => {
  await using deployment = await createSagaDeployment();
  const { sql } = deployment;
  await using node = await deployment.startNode([], {}, { sagas: [delivery()] });
  const [sent] = await happen(node, ParcelSent, 'p1');
  await untilAt(sql, 'p1', 'sign');
  expect(await actsOf(sql, 'p1')).toEqual(['pick', 'book']);
  await happen(node, ParcelSigned, 'p1');
  expect(await untilStatus(sql, 'p1', 'COMPLETED')).toMatchObject({ state: { booked: 1 }, error: null, attempts: 0 });
  expect(await actsOf(sql, 'p1')).toEqual(['pick', 'book', 'sign', 'close']);
  expect(await historyOf(sql, 'p1')).toEqual([
    'STARTED',
    'STEP_DONE pick',
    'STEP_DONE book',
    'STEP_DONE sign',
    'STEP_DONE close',
    'COMPLETED',
  ]);
  const booked = await waitFor(
    async () => await node.app.bus.log.read({ filter: { types: [ParcelBooked.type] }, limit: 2 }),
    { describe: 'the event of the step' },
  );
  expect(booked.map(({ metadata }) => metadata)).toEqual([{ ...sent?.metadata, causationId: sent?.id }]);
});

test('an event that comes before its step counts, and a second saga of a key is never begun', async () => {
  await using deployment = await createSagaDeployment();
  const { sql } = deployment;
  await using node = await deployment.startNode([], {}, { sagas: [delivery()] });
  await happen(node, ParcelSent, 'p1', 'p2');
  await happen(node, ParcelSigned, 'p2');
  await untilStatus(sql, 'p2', 'COMPLETED');
  await happen(node, ParcelSent, 'p2');
  await happen(node, ParcelSigned, 'p1', 'p2');
  await untilStatus(sql, 'p1', 'COMPLETED');
  expect(await actsOf(sql, 'p2')).toEqual(['pick', 'book', 'sign', 'close']);
});

test('an event that ends it ends it, with nothing taken back', async () => {
  await using deployment = await createSagaDeployment();
  const { sql } = deployment;
  await using node = await deployment.startNode([], {}, { sagas: [delivery()] });
  await happen(node, ParcelSent, 'p1');
  await untilAt(sql, 'p1', 'sign');
  await happen(node, ParcelLost, 'p1');
  await untilStatus(sql, 'p1', 'CANCELLED');
  await happen(node, ParcelSigned, 'p1');
  await happen(node, ParcelSent, 'p2');
  await untilAt(sql, 'p2', 'sign');
  expect(await actsOf(sql, 'p1')).toEqual(['pick', 'book']);
});
