import { expect, test } from 'vitest';
import { defineTransactionalHandler } from '../../../src/event-bus/define-handler.ts';
import { sqlOf } from '../../../src/database/sql.ts';
import { openTransactionOf } from '../../../src/database/open-transaction.ts';
import { createHandlerDeployment, readParked, untilSettled } from './handler-deployment.ts';
import { appendEntries, entry, EntryMade, linesOf } from './sample-ledger.ts';

const INSERT = `insert into ledger_line (handler, event_id, ledger, version, amount) values ('late', gen_random_uuid(), $1, 1, 1)`;

test('what a handler writes after its time is over is refused, by whichever way it writes', async () => {
  await using deployment = await createHandlerDeployment();
  const { sql } = deployment;
  const outcomes: PromiseSettledResult<unknown>[] = [];
  const late = Promise.withResolvers<void>();
  const written = Promise.withResolvers<void>();
  const handler = defineTransactionalHandler({
    name: 'late',
    events: [EntryMade],
    timeoutMs: 100,
    retry: { maxAttempts: 1 },
    async handle(_events, scope) {
      await late.promise;
      const ways: Record<string, () => Promise<unknown>> = {
        sql: () => scope.sql(INSERT, ['sql']),
        em: () => sqlOf(scope.em)(INSERT, ['em']),
        transactional: () => scope.em.transactional((em) => sqlOf(em)(INSERT, ['transactional'])),
        enclosing: async () => {
          const em = openTransactionOf();
          if (em) await em.transactional((inner) => sqlOf(inner)(INSERT, ['enclosing']));
        },
      };
      for (const write of Object.values(ways)) outcomes.push(...(await Promise.allSettled([write()])));
      written.resolve();
    },
  });
  await using _node = await deployment.startNode([handler]);
  await appendEntries(sql, [entry('one')]);
  await untilSettled(sql, 'late');
  late.resolve();
  await written.promise;
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected']);
  expect(await linesOf(sql, 'late')).toEqual([]);
  expect(await readParked(sql, 'late')).toMatchObject([{ state: 'dead', error_class: 'HandlerTimeoutError' }]);
});
