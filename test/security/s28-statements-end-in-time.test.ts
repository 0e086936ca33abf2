import { expect, test } from 'vitest';
import { VARIABLES } from '../../src/config/env.ts';
import { startTestApp } from '../support/test-app.ts';

const QUERY_CANCELLED = '57014';

// NOTE: not the embedded database, whose timer fires when the statement is over.
test('a statement that runs too long is ended', async () => {
  await using app = await startTestApp({ env: { SIGNALBOX_DATABASE_STATEMENT_TIMEOUT_MS: '100' } });
  await expect(app.sql('select pg_sleep(3600)')).rejects.toMatchObject({
    code: QUERY_CANCELLED,
  });
  expect(await app.sql('select 1 as one')).toEqual([{ one: 1 }]);
});

test('the limits are those promised, and cannot be raised', () => {
  const { SIGNALBOX_DATABASE_STATEMENT_TIMEOUT_MS: statement, SIGNALBOX_LIMIT_OPERATION_TIMEOUT_MS: operation } =
    VARIABLES;
  expect([statement.fallback, statement.parse('5001')]).toEqual([5_000, undefined]);
  expect([operation.fallback, operation.parse('10001')]).toEqual([10_000, undefined]);
  expect(VARIABLES.SIGNALBOX_LIMIT_IMPORT_TIMEOUT_MS.parse('60001')).toBeUndefined();
});
