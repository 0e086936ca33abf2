import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Sql } from '../../database/sql.ts';
import type { Handler } from '../../event-bus/define-handler.ts';
import { forgetPerson } from '../../event-bus/forget-person.ts';
import type { HeldJob, JobProgress } from '../../event-bus/held-job.ts';
import type { JobWork } from '../../event-bus/job-runner.ts';
import { deleteSnapshotsAbout } from '../../event-store/snapshot.ts';
import type { ModuleServices } from '../../graphql/context.ts';
import { UserDataErased } from './erasure.events.ts';
import { isDigested } from './person-addresses.ts';

interface ErasureDeps {
  readonly sql: Sql;
  readonly services: Pick<ModuleServices, 'email' | 'privacy'>;
  readonly handlers: readonly Handler[];
}

const STATEMENT_MS = 60_000;
/** Beyond the time that keys are remembered: what a handler may take for what it has in its hands. */
const PATIENCE_MS = 30_000;
/** Between looks at how far the handlers are, growing. */
const LOOK_MS = [50, 1_000] as const;

const ErasureParameters = z.object({ addresses: z.object({ salt: z.string(), digests: z.array(z.string()) }) });
const State = z.object({ purged: z.boolean().optional() });

/**
 * Takes away the copies of an erased person's data, once at once and once more when nobody can make another:
 *
 *   erased ──▶ purged ──▶ no key is remembered, every handler is past it ──▶ purged again, completed
 *
 * Whoever had read events before the key was gone may still write what it made of them; hence the second time. Every step
 * may be repeated, so whoever takes the job over just goes on.
 */
export function erasureWork(deps: ErasureDeps): JobWork {
  return async (held) => {
    if (!State.parse(held.job.state).purged) {
      await purge(deps, held, { state: { purged: true } });
      await forgetMails(deps, held);
    }
    await untilNobodyKnows(deps, held);
    await forgetMails(deps, held);
    await purge(deps, held, { status: 'COMPLETED', processed: 1, total: 1 });
  };
}

async function purge({ services }: ErasureDeps, held: HeldJob, progress: JobProgress): Promise<void> {
  const personId = personOf(held);
  await held.step(STATEMENT_MS, async ({ sql }) => {
    for (const data of services.privacy.personalData) await data.forget?.(sql, personId);
    await forgetPerson(sql, personId);
    await deleteSnapshotsAbout(sql, personId);
    if (progress.status === 'COMPLETED') {
      // They have found what they were for.
      await sql(`update background_job set parameters = '{}' where id = $1`, [held.job.id]);
    }
    return progress;
  });
}

async function forgetMails({ services }: ErasureDeps, held: HeldJob): Promise<void> {
  await services.email.forgetMails(isDigested(ErasureParameters.parse(held.job.parameters).addresses));
}

/** Keys are remembered for a while, and a handler may be at work on what it has read with them. */
async function untilNobodyKnows({ sql, services, handlers }: ErasureDeps, held: HeldJob): Promise<void> {
  const readers = handlers.filter(({ decrypts }) => decrypts.length > 0).map(({ name }) => name);
  const { ttlMs } = services.privacy.reader.keys;
  for (let look: number = LOOK_MS[0]; ; look = Math.min(look * 2, LOOK_MS[1])) {
    const [row] = await sql<{ age: number; behind: boolean }>(
      `${LAST_ERASURE}
       select extract(epoch from clock_timestamp() - k.erased_at)::float8 * 1000 as age,
              not exists (select from erased) or exists (
                select from handler_lane l join handler h on h.name = l.handler
                where h.name = any($2::text[]) and not h.paused and l.position < (select position from erased)) as behind
       from key_store.subject_key k where k.subject_id = $1::uuid`,
      [personOf(held), readers, UserDataErased.type],
    );
    if (!row) throw new Error('An erased person has no key row.');
    const isOver = row.age >= ttlMs + PATIENCE_MS;
    if (isOver || (row.age >= ttlMs && !row.behind)) return;
    await delay(look, undefined, { signal: held.signal, ref: false }).catch(() => undefined);
    held.signal.throwIfAborted();
  }
}

const LAST_ERASURE = `with erased as (
  select max(p.position) as position from event_position p
  where p.subject_key = event_key($1::text) and p.type = $3 having count(*) > 0
)`;

function personOf(held: HeldJob): string {
  if (held.job.subject === null) throw new Error('The erasure names nobody.');
  return held.job.subject;
}
