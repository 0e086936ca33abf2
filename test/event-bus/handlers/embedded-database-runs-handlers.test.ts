import { expect, test } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { loadConfig } from '../../../src/config/config.ts';
import { createLogger } from '../../../src/config/logger.ts';
import { createEmbeddedFolder } from '../../support/embedded-folder.ts';
import { readParked, untilSettled } from './handler-deployment.ts';
import { canary, courier, forEver } from './sample-handlers.ts';
import {
  appendEntries,
  createLedgerTables,
  entries,
  entry,
  linesOf,
  orderFaults,
  sumOf,
  totalOf,
} from './sample-ledger.ts';

test('both kinds of handlers run on the embedded database, failures and time-outs included', async () => {
  await using folder = await createEmbeddedFolder();
  const dataDir = folder.dataDir.replace(/\/database$/, '');
  const logger = createLogger({ level: 'error' });
  const delivered: { readonly ledger: string; readonly version: number }[] = [];
  const handlers = [
    canary({
      lanes: 2,
      timeoutMs: 200,
      retry: { maxAttempts: 2, baseMs: 10 },
      inspect: (event) => (event.data.note === 'hang' ? forEver() : undefined),
    }),
    courier({
      lanes: 2,
      deliver: async (event) => {
        delivered.push({ ledger: event.aggregateId, version: event.version });
        return undefined;
      },
    }),
  ];
  await using app = await createApp(
    loadConfig({ PORT: '0', SIGNALBOX_DATA_DIR: dataDir, SIGNALBOX_DRAIN_MS: '200' }),
    logger,
    { handlers },
  );
  const { sql } = app.database;
  await createLedgerTables(sql);
  const made = entries(100, 10);
  const [poison] = await appendEntries(sql, [entry('stuck', { note: 'hang' }), ...made]);
  await untilSettled(sql, 'canary');
  await untilSettled(sql, 'courier');
  expect(await totalOf(sql, 'canary')).toBe(sumOf(made));
  expect(orderFaults(await linesOf(sql, 'canary'))).toEqual([]);
  expect(await readParked(sql, 'canary')).toMatchObject([
    { event_id: poison, state: 'dead', error_class: 'HandlerTimeoutError' },
  ]);
  expect(delivered).toHaveLength(made.length + 1);
  expect(orderFaults(delivered)).toEqual([]);
}, 60_000);
