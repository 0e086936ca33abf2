import { expect, test } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { loadConfig } from '../../../src/config/config.ts';
import { createLogger } from '../../../src/config/logger.ts';
import { createDeployment } from '../../support/test-app.ts';
import { actsOf, createActs, delivery, happen, ParcelSent, ParcelSigned, untilStatus } from './sample-saga.ts';

test('sagas run on the embedded database, with steps, events and time-outs', async () => {
  await using deployment = await createDeployment('embedded');
  await using app = await createApp(loadConfig(deployment.env), createLogger({ level: 'silent' }), {
    sagas: [delivery({ withinMs: 2_000 })],
  });
  const { sql } = app.database;
  await createActs(sql);
  await happen({ app }, ParcelSent, 'p1', 'p2');
  await happen({ app }, ParcelSigned, 'p1');
  await untilStatus(sql, 'p1', 'COMPLETED');
  await untilStatus(sql, 'p2', 'COMPENSATED');
  expect(await actsOf(sql, 'p1')).toEqual(['pick', 'book', 'sign', 'close']);
  expect(await actsOf(sql, 'p2')).toEqual(['pick', 'book', 'unbook', 'unpick', 'report']);
});
