import { expect, test } from 'vitest';
import { sqlOf } from '../../../src/database/sql.ts';
import { createHandlerDeployment, untilSettled } from './handler-deployment.ts';
import { courier } from './sample-handlers.ts';
import { appendEntries, ascending, entry, linesOf } from './sample-ledger.ts';

test('what an effect leaves to complete commits with its mark: cut off in between, the effect is repeated with its key and completed once', async () => {
  await using deployment = await createHandlerDeployment();
  const { sql } = deployment;
  const delivered: { readonly id: string; readonly dedupeKey: string; readonly attempt: number }[] = [];
  let cuts = 0;
  const handler = courier({
    async deliver(event, { dedupeKey, attempt }) {
      delivered.push({ id: event.id, dedupeKey, attempt });
      return {
        async complete({ em }) {
          const own = sqlOf(em);
          await own(
            `insert into ledger_line (handler, event_id, ledger, version, amount) values ('courier', $1, $2, $3, $4)`,
            [event.id, event.aggregateId, event.version, event.data.amount],
          );
          if (event.data.note === 'cut' && cuts++ === 0) await own('select pg_terminate_backend(pg_backend_pid())');
        },
      };
    },
  });
  await using _node = await deployment.startNode([handler]);
  const [cut, whole] = await appendEntries(sql, [entry('cut', { note: 'cut' }), entry('whole')]);
  await untilSettled(sql, 'courier');
  expect((await linesOf(sql, 'courier')).map((line) => line.event_id).toSorted(ascending)).toEqual(
    [cut, whole].toSorted(ascending),
  );
  const ofCut = delivered.filter(({ id }) => id === cut);
  expect(ofCut).toEqual([1, 2].map((attempt) => ({ id: cut, dedupeKey: `courier:${cut}`, attempt })));
  const rows = await sql<{ outcome: string }>(`select outcome from handler_effect where handler = 'courier'`);
  expect(rows).toEqual([{ outcome: 'done' }, { outcome: 'done' }]);
});
