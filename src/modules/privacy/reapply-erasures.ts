import { randomUUID } from 'node:crypto';
import type { CommandBus } from '../../event-bus/command-bus.ts';
import type { Sql } from '../../database/sql.ts';
import type { ModuleServices } from '../../graphql/context.ts';
import { sqlOf } from '../../database/sql.ts';
import { lockStream } from '../../event-store/lock-stream.ts';
import { erasePerson } from './erase-person.ts';
import { UserDataErased } from './erasure.events.ts';

const AT_ONCE = 500;
const REASON = 'Erased before: the database was brought back from an older state.';

/** Whose key is destroyed, and whose erasure the log does not know. */
const FORGOTTEN = `k.erased_at is not null and not exists (
  select from event e where e.aggregate_type = 'User' and e.aggregate_id = k.subject_id::text and e.type = $1)`;

/**
 * Erases again, before anybody is served, who was erased after the state was saved that the database was restored from. The
 * key store knows them: it is kept, dumped and restored apart from the rest, and never goes back.
 */
export async function reapplyErasures(
  { sql, commands }: { readonly sql: Sql; readonly commands: CommandBus },
  services: Pick<ModuleServices, 'users' | 'sessions' | 'settings' | 'privacy'>,
): Promise<number> {
  for (let count = 0; ;) {
    const rows = await sql<{ subject_id: string }>(
      `select k.subject_id from key_store.subject_key k where ${FORGOTTEN} limit ${AT_ONCE}`,
      [UserDataErased.type],
    );
    for (const { subject_id: personId } of rows) {
      await commands.execute({
        name: 'reapplyErasure',
        aggregateType: 'User',
        kind: 'DELETE',
        shown: {},
        viewer: null,
        origin: { correlationId: randomUUID(), ipAddress: null, userAgent: null },
        async run({ em, now }) {
          const inside = sqlOf(em);
          await lockStream(inside, 'User', personId);
          const open = await inside(`select 1 from key_store.subject_key k where k.subject_id = $2 and ${FORGOTTEN}`, [
            UserDataErased.type,
            personId,
          ]);
          // Another node was faster.
          if (open.length > 0) await erasePerson(em, services, { personId, reason: REASON, viewer: null, now });
          return {};
        },
      });
      count += 1;
    }
    if (rows.length < AT_ONCE) return count;
  }
}
