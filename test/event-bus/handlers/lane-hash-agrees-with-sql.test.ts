import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { laneOf } from '../../../src/event-bus/lane-hash.ts';
import { createHandlerDeployment } from './handler-deployment.ts';

test('memory and log agree on the lane of every aggregate', async () => {
  await using deployment = await createHandlerDeployment();
  // PostgreSQL takes no NUL, and neither type nor id of an aggregate may hold one.
  const word = fc
    .string({ unit: 'grapheme', maxLength: 40 })
    .filter((text) => !text.includes('\0') && text.isWellFormed());
  const aggregates = fc.sample(fc.tuple(word, fc.oneof(word, fc.uuid()), fc.integer({ min: 1, max: 64 })), {
    numRuns: 2_000,
    seed: randomInt(2 ** 31),
  });
  const rows = await deployment.sql<{ lane: number }>(
    `select event_lane(a.type, a.id, a.lanes) as lane
     from unnest($1::text[], $2::text[], $3::integer[]) with ordinality as a (type, id, lanes, place) order by a.place`,
    [aggregates.map(([type]) => type), aggregates.map(([, id]) => id), aggregates.map(([, , lanes]) => lanes)],
  );
  expect(aggregates.map(([type, id, lanes]) => laneOf(type, id, lanes))).toEqual(rows.map(({ lane }) => lane));
});
