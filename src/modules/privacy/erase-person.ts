import type { SqlEntityManager } from '@mikro-orm/sql';
import { v7 } from 'uuid';
import { type Sql, sqlOf } from '../../database/sql.ts';
import { NotFoundError } from '../../errors.ts';
import { insertJob, type JobJson, newestErasure } from '../../event-bus/background-job.ts';
import { currentEventContext } from '../../event-store/event-context.ts';
import { lockStream } from '../../event-store/lock-stream.ts';
import { recordEvent } from '../../event-store/record-event.ts';
import { shredKey } from '../../event-store/subject-keys.ts';
import type { ModuleServices } from '../../graphql/context.ts';
import type { Viewer } from '../../viewer.ts';
import { UserDataErased } from './erasure.events.ts';
import { digestAddresses } from './person-addresses.ts';

interface Erasing {
  readonly personId: string;
  readonly reason: string;
  /** Null when the program does it again, after a restore. */
  readonly viewer: Viewer | null;
  readonly now: Date;
}

/**
 * Erases a person in the caller's transaction: destroys the key, makes the account nobody's, ends the sessions, records it,
 * and leaves a job that takes the copies away (erasure-job.ts). From its commit on nothing of the log can be read.
 *
 * Does nothing for who is erased already, unless the job that was to take the copies away failed.
 *
 * @throws NotFoundError for somebody of whom there never was anything; InvalidStateError for the last administrator.
 */
export async function erasePerson(
  em: SqlEntityManager,
  services: Pick<ModuleServices, 'users' | 'sessions' | 'settings' | 'privacy'>,
  { personId, reason, viewer, now }: Erasing,
): Promise<void> {
  const sql = sqlOf(em);
  await lockStream(sql, 'User', personId);
  const earlier = viewer ? await newestErasure(sql, personId) : null;
  if (earlier) {
    if (earlier.status === 'FAILED') await leaveJob(sql, { personId, reason, viewer }, earlier.parameters);
    return;
  }
  const known = await sql(
    'select 1 from app_user where id = $1 union all select 1 from key_store.subject_key where subject_id = $1',
    [personId],
  );
  if (known.length === 0) throw new NotFoundError('The user');
  const addressee = await services.users.findAddressee(em, personId);
  const addresses = await digestAddresses(sql, services.privacy, personId, addressee?.email ?? null);
  await services.settings.remove(em, personId);
  const sessionIds = await services.sessions.endAll(em, personId);
  await shredKey(sql, personId);
  services.privacy.reader.keys.forget(personId);
  const wasThere = await services.users.erase(em, { userId: personId, viewer, reason, sessionIds, now });
  if (!wasThere) await recordEvent(em, UserDataErased, personId, { userId: personId, reason });
  await leaveJob(sql, { personId, reason, viewer }, { addresses });
}

async function leaveJob(
  sql: Sql,
  { personId, reason, viewer }: Omit<Erasing, 'now'>,
  parameters: JobJson,
): Promise<void> {
  await insertJob(sql, {
    id: v7(),
    kind: 'ERASURE',
    subject: personId,
    parameters,
    dryRun: false,
    requestedBy: viewer?.userId ?? null,
    reason,
    correlationId: currentEventContext()?.metadata.correlationId ?? v7(),
  });
}
