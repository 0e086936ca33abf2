import { expect, test } from 'vitest';
import { DUE } from '../../../src/event-bus/saga-instance.ts';
import { holdRows } from '../../support/held-rows.ts';
import { StatementTap } from '../../support/statement-tap.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createSagaDeployment, delivery, happen, ParcelSent, untilAt } from './sample-saga.ts';

/** Far more than a node looks that is left alone, and far fewer than it looked when it did not pause. */
const FEW = 40;

test.for(['is paused', 'is held by somebody else'] as const)(
  'a saga that is due and %s is not asked for without a pause',
  async (place) => {
    await using deployment = await createSagaDeployment();
    const { sql, url } = deployment;
    await using tap = await StatementTap.listen(url);
    await using node = await deployment.startNode([], { DATABASE_URL: tap.url }, { sagas: [delivery()] });
    await happen(node, ParcelSent, 'p1');
    await untilAt(sql, 'p1', 'sign');
    await sql(`update handler set paused = true where name = 'delivery'`);
    await sql('update saga_instance set due_at = clock_timestamp()');
    await using cleanup = new AsyncDisposableStack();
    if (place === 'is held by somebody else') {
      cleanup.use(await holdRows(url, `select from saga_instance where key = 'p1' for no key update`, []));
      await sql(`update handler set paused = false where name = 'delivery'`);
      // Another one, taken and done with, is what wakes whoever looks.
      await happen(node, ParcelSent, 'p2');
      await untilAt(sql, 'p2', 'sign');
    }
    const [now] = await sql<{ now: string }>('select clock_timestamp()::text as now');
    const looks = await tap.during(/for update skip locked/, () =>
      waitFor(
        async () =>
          (
            await sql<{ is: boolean }>(`select clock_timestamp() > $1::timestamptz + interval '1 second' as is`, [
              now?.now,
            ])
          )[0]?.is,
        { describe: 'a second' },
      ),
    );
    expect(looks.length).toBeLessThan(FEW);
  },
);

test('the one that is due for longest is taken without reading the others, ended ones among them', async () => {
  await using deployment = await createSagaDeployment();
  const { sql } = deployment;
  await sql(
    `insert into saga_instance (saga, key, id, status, step, started_by, correlation_id, due_at)
     select 'delivery', n::text, gen_random_uuid(), case when n > 1000 then 'COMPLETED' else 'RUNNING' end, 'pick', gen_random_uuid(), 'c',
            case when n <= 1000 then clock_timestamp() end from generate_series(1, 5000) n`,
  );
  for (const statistics of ['none', 'analyze saga_instance']) {
    if (statistics !== 'none') await sql(statistics);
    const plan = await sql(`explain select i.id ${DUE}`, [['delivery', 'other']]);
    const text = plan.map((line) => Object.values(line)[0] as string).join('\n');
    expect(text).toContain('Index Scan using saga_instance_due');
    expect(text).not.toMatch(/Sort|Seq Scan on saga_instance|Bitmap/);
  }
});
