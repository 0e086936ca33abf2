import { expect, test } from 'vitest';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { defineTransactionalHandler } from '../../../src/event-bus/define-handler.ts';
import { User } from '../../../src/modules/users/user.entity.ts';
import { createHandlerDeployment, untilCaughtUp } from './handler-deployment.ts';
import { courier } from './sample-handlers.ts';
import { appendEntries, entry, EntryMade } from './sample-ledger.ts';
import { secretPhrase } from '../../support/canaries.ts';

const ADMINISTRATOR = {
  SIGNALBOX_ROLE: 'all',
  SIGNALBOX_BOOTSTRAP_EMAIL: 'root@example.com',
  SIGNALBOX_BOOTSTRAP_PASSWORD: secretPhrase('a long but private phrase'),
};

async function rename(em: SqlEntityManager, firstName: string): Promise<void> {
  const user = await em.findOneOrFail(User, { email: ADMINISTRATOR.SIGNALBOX_BOOTSTRAP_EMAIL });
  user.change({ firstName }, new Date());
}

const transactional = defineTransactionalHandler({
  name: 'renamer',
  events: [EntryMade],
  async handle(events, { em, causedBy }) {
    for (const event of events) await causedBy(event, () => rename(em, event.data.note));
  },
});
const external = courier({
  name: 'renamer',
  lanes: 1,
  concurrency: 1,
  deliver: async (event) => ({ complete: ({ em }) => rename(em, event.data.note) }),
});

test.for([
  ['a transactional handler', transactional],
  ["an external handler's completion", external],
] as const)('what %s records carries the correlation of its event, and names it as the cause', async ([, handler]) => {
  await using deployment = await createHandlerDeployment();
  const { sql } = deployment;
  await using _node = await deployment.startNode([handler], ADMINISTRATOR);
  const causes = [
    ...(await appendEntries(sql, [entry('one', { note: 'Grace' })])),
    ...(await appendEntries(sql, [entry('one', { note: 'Edsger' })])),
  ];
  await untilCaughtUp(sql, 'renamer');
  const recorded = await sql<{ cause: string; same: boolean; by: string | null; user: string | null }>(
    `select e.metadata->>'causationId' as cause, e.metadata->>'correlationId' = c.metadata->>'correlationId' as same,
            e.metadata->>'ipAddress' as by, e.metadata->>'userId' as "user"
     from event e join event c on c.id = (e.metadata->>'causationId')::uuid where e.type = 'USER_UPDATED' order by e.number`,
  );
  expect(recorded).toEqual([
    { cause: causes[0], same: true, by: null, user: null },
    { cause: causes[1], same: true, by: null, user: null },
  ]);
});
