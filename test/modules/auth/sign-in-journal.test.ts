import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type JournalLimits, SignInJournal, type SignInNote } from '../../../src/modules/auth/sign-in-journal.ts';
import { createUser, type ShownUser } from '../../support/factories.ts';
import { holdRows } from '../../support/held-rows.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

const LIMITS: JournalLimits = { maxWaiting: 3, pausesMs: [10, 10, 10_000], drainMs: 5_000 };

let app: TestApp;
let user: ShownUser;
beforeAll(async () => {
  app = await startTestApp();
  user = await createUser(app.admin.client);
});
afterAll(() => app[Symbol.asyncDispose]());

const origin = () => ({ correlationId: randomUUID(), ipAddress: '192.0.2.1', userAgent: null });
const failure = (userId = user.id): SignInNote => ({
  kind: 'failed',
  userId,
  reason: 'WRONG_PASSWORD',
  origin: origin(),
});
const openJournal = (limits: Partial<JournalLimits> = {}) =>
  new SignInJournal(
    { commands: app.app.bus.commands, users: app.app.services.users, securityLog: app.app.services.securityLog },
    { ...LIMITS, ...limits },
  );
const givenUp = () => app.logs.filter((line) => line.includes('SIGN_IN_NOT_RECORDED'));

async function recorded(note: SignInNote): Promise<number> {
  const rows = await app.sql("select 1 from event where metadata->>'correlationId' = $1", [note.origin.correlationId]);
  return rows.length;
}

/** A sequence counts through every rollback. */
async function withFailingLog(work: (tries: () => Promise<number>) => Promise<void>): Promise<void> {
  await app.sql('create sequence refused_tries');
  await app.sql(
    `create function refuse_failures() returns trigger language plpgsql as $$ begin
       if new.type = 'USER_LOGIN_FAILED' then
         perform nextval('refused_tries');
         raise exception 'the disk is full' using errcode = '53100';
       end if;
       return new; end $$`,
  );
  await app.sql(
    'create trigger refuse_failures before insert on event for each row execute function refuse_failures()',
  );
  const tries = async (): Promise<number> => {
    const rows = await app.sql<{ count: number }>(
      'select case when is_called then last_value::int else 0 end as count from refused_tries',
    );
    return rows[0]?.count ?? 0;
  };
  try {
    await work(tries);
  } finally {
    await app.sql('drop trigger refuse_failures on event');
    await app.sql('drop function refuse_failures()');
    await app.sql('drop sequence refused_tries');
  }
}

test('a note that the database does not take is tried again until it does', async () => {
  await using journal = openJournal({ pausesMs: Array.from({ length: 1_000 }, () => 20) });
  const note = failure();
  await withFailingLog(async (tries) => {
    journal.note(note);
    await waitFor(async () => (await tries()) >= 2, { describe: 'two tries that failed' });
  });
  await waitFor(() => recorded(note), { describe: 'the note on record' });
  expect(await recorded(note)).toBe(1);
});

test('a note that is never taken is given up with a line in the log, and the next one goes on', async () => {
  await using journal = openJournal({ pausesMs: [1] });
  const [lost, kept] = [failure(), failure()];
  const before = givenUp().length;
  await withFailingLog(async () => {
    journal.note(lost);
    await waitFor(() => givenUp().length === before + 1, { describe: 'the note to be given up' });
  });
  expect(givenUp().at(-1)).toContain(user.id);
  journal.note(kept);
  await waitFor(() => recorded(kept), { describe: 'the next note on record' });
  expect(await recorded(lost)).toBe(0);
});

test('what is too many is not kept in memory, and said so', async () => {
  await using journal = openJournal();
  await using held = await holdRows(
    app.deployment.env['DATABASE_URL'] ?? '',
    'select from event_stream where aggregate_id = $1 for update',
    [user.id],
  );
  const notes = Array.from({ length: 5 }, () => failure());
  const before = givenUp().length;
  for (const note of notes) journal.note(note);
  expect(givenUp()).toHaveLength(before + 2);
  await held.release();
  for (const note of notes.slice(0, 3)) await waitFor(() => recorded(note), { describe: 'a note that had room' });
  expect(await recorded(notes[4] ?? failure())).toBe(0);
});

test('a stopping node writes what waits', async () => {
  const journal = openJournal();
  const notes = [failure(), failure(), failure()];
  for (const note of notes) journal.note(note);
  await journal[Symbol.asyncDispose]();
  for (const note of notes) expect(await recorded(note)).toBe(1);
});

test('an account that is gone holds up nothing', async () => {
  await using journal = openJournal();
  const kept = failure();
  journal.note(failure(randomUUID()));
  journal.note({ kind: 'locked', email: 'nobody@example.com', scope: 'ACCOUNT', until: new Date(), origin: origin() });
  journal.note(kept);
  await waitFor(() => recorded(kept), { describe: 'the note after them' });
  expect(await recorded(kept)).toBe(1);
});
