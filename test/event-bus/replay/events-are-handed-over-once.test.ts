import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFailures } from '../../../src/event-bus/replay-failures.ts';
import { canary } from '../handlers/sample-handlers.ts';
import {
  createHandlerDeployment,
  type HandlerDeployment,
  type HandlerNode,
  readLanes,
  readParked,
  untilCaughtUp,
  untilSettled,
} from '../handlers/handler-deployment.ts';
import {
  appendEntries,
  EntryMade,
  entries,
  entry,
  linesOf,
  orderFaults,
  sumOf,
  totalOf,
} from '../handlers/sample-ledger.ts';
import { replay, untilOver } from './sample-replay.ts';

const made = entries(700, 20);
let deployment: HandlerDeployment;
let node: HandlerNode;
const cursed = new Set<string>();
beforeAll(async () => {
  deployment = await createHandlerDeployment();
  const inspect = ({ aggregateId }: { aggregateId: string }): void => {
    if (cursed.has(aggregateId)) throw new Error('not this one');
  };
  node = await deployment.startNode([
    canary({ repeatable: true, lanes: 2, inspect }),
    canary({ name: 'other', repeatable: true }),
  ]);
  await appendEntries(deployment.sql, made);
  await untilCaughtUp(deployment.sql, 'canary');
  await untilCaughtUp(deployment.sql, 'other');
});
afterAll(async () => {
  await node[Symbol.asyncDispose]();
  await deployment[Symbol.asyncDispose]();
});

test('every event of the range, once more and in order, for the handlers named and for nobody else', async () => {
  const { sql } = deployment;
  const [before, lanes, other] = [
    await totalOf(sql, 'canary'),
    await readLanes(sql, 'canary'),
    await totalOf(sql, 'other'),
  ];
  const job = await untilOver(sql, await replay(sql, ['canary'], {}, node.app));
  expect(job).toMatchObject({ status: 'COMPLETED', total: 700, processed: 700, failed: 0 });
  expect(await totalOf(sql, 'canary')).toBe(before + sumOf(made));
  expect(orderFaults((await linesOf(sql, 'canary')).slice(-700))).toEqual([]);
  expect(await totalOf(sql, 'other')).toBe(other);
  const below = (await readLanes(sql, 'canary')).filter(
    ({ position }, lane) => position < (lanes[lane]?.position ?? 0),
  );
  expect(below).toEqual([]);
});

test('a dry run counts, and hands nothing over', async () => {
  const { sql } = deployment;
  const before = await totalOf(sql, 'canary');
  const job = await untilOver(sql, await replay(sql, ['canary', 'other'], { dryRun: true }, node.app));
  expect(job).toMatchObject({ status: 'COMPLETED', total: 1_400, processed: 0 });
  expect(job.state['plan']).toEqual([
    { handler: 'canary', type: EntryMade.type, count: 700 },
    { handler: 'other', type: EntryMade.type, count: 700 },
  ]);
  expect(await totalOf(sql, 'canary')).toBe(before);
});

test('an aggregate, types and a range of time narrow it down', async () => {
  const { sql } = deployment;
  const before = await totalOf(sql, 'other');
  const one = await untilOver(sql, await replay(sql, ['other'], { aggregateId: 'ledger-3' }, node.app));
  expect(one).toMatchObject({ total: 35, processed: 35 });
  const none = await untilOver(sql, await replay(sql, ['other'], { eventTypes: ['USER_CREATED'] }, node.app));
  expect(none).toMatchObject({ status: 'COMPLETED', total: 0 });
  const past = await untilOver(sql, await replay(sql, ['other'], { to: '2020-01-01T00:00:00.000Z' }, node.app));
  expect(past.total).toBe(0);
  const all = await untilOver(sql, await replay(sql, ['other'], { from: '2020-01-01T00:00:00.000Z' }, node.app));
  expect(all.processed).toBe(700);
  const ofOne = made.filter(({ ledger }) => ledger === 'ledger-3');
  expect(await totalOf(sql, 'other')).toBe(before + sumOf(ofOne) + sumOf(made));
});

test('what fails is counted and named, and the rest goes on', async () => {
  const { sql } = deployment;
  cursed.add('ledger-7');
  const before = await totalOf(sql, 'canary');
  const job = await untilOver(sql, await replay(sql, ['canary'], {}, node.app));
  const failing = made.filter(({ ledger }) => ledger === 'ledger-7');
  expect(job).toMatchObject({ status: 'COMPLETED', processed: 700, failed: failing.length });
  expect(await totalOf(sql, 'canary')).toBe(before + sumOf(made) - sumOf(failing));
  const failures = await readFailures(sql, job.id, 3);
  expect(failures).toHaveLength(3);
  expect(failures[0]).toMatchObject({ handler: 'canary', eventType: EntryMade.type, error: 'not this one' });
  expect(await readParked(sql, 'canary')).toEqual([]);
  cursed.clear();
});

test('what is parked for the handler is left to its own turn', async () => {
  const { sql } = deployment;
  cursed.add('late');
  await appendEntries(sql, [entry('late', { amount: 11 }), entry('late', { amount: 22 })]);
  await untilSettled(sql, 'canary');
  cursed.clear();
  const before = await totalOf(sql, 'canary');
  await untilOver(sql, await replay(sql, ['canary'], { aggregateId: 'late' }, node.app));
  expect(await totalOf(sql, 'canary')).toBe(before);
  expect(await readParked(sql, 'canary')).toHaveLength(2);
});
