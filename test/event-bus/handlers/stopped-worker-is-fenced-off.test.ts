import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Sql } from '../../../src/database/sql.ts';
import { EffectSink } from '../../support/effect-sink.ts';
import { HandlerProcess } from '../../support/handler-process.ts';
import { waitFor } from '../../support/wait-for.ts';
import { CommitGate } from './commit-gate.ts';
import { createHandlerDeployment, readLanes, untilCaughtUp } from './handler-deployment.ts';
import { appendEntries, entries, linesOf, orderFaults, sumOf, totalOf } from './sample-ledger.ts';

const LANES = 4;
const TAKE_OVER_MS = 5_000;

/** Writes down for every write to the runner's tables and the canary's who made it, and in which epoch of the lane. */
async function recordWriters(sql: Sql): Promise<void> {
  await sql(`
    create table written (number bigint generated always as identity, what text, handler text, lane integer, epoch bigint, writer text);
    create function record_writer() returns trigger language plpgsql as $$
    declare
      v_row jsonb := to_jsonb(case when tg_op = 'DELETE' then old else new end);
      v_lane integer := (v_row->>'lane')::integer;
    begin
      if tg_table_name = 'handler_effect' then
        select event_lane(e.aggregate_type, e.aggregate_id, ${LANES}) into v_lane from event e where e.id = (v_row->>'event_id')::uuid;
      elsif tg_table_name = 'ledger_line' then
        v_lane := event_lane('Ledger', v_row->>'ledger', ${LANES});
      end if;
      insert into written (what, handler, lane, epoch, writer)
      select tg_table_name, l.handler, l.lane, l.epoch, session_user from handler_lane l where l.handler = v_row->>'handler' and l.lane = v_lane;
      return null;
    end $$`);
  for (const table of ['handler_lane', 'handler_effect', 'parked_event', 'ledger_line']) {
    await sql(
      `create trigger record_writer after insert or update or delete on ${table} for each row execute function record_writer()`,
    );
  }
}

/** Another login to the same database: the tables can tell the two workers apart. */
async function createLogin(
  sql: Sql,
  url: string,
): Promise<{ readonly name: string; readonly url: string } & AsyncDisposable> {
  const name = `node_${randomBytes(6).toString('hex')}`;
  await sql(`create role ${name} superuser login password '${name}'`);
  const own = new URL(url);
  own.username = name;
  own.password = name;
  return {
    name,
    url: own.href,
    async [Symbol.asyncDispose]() {
      await sql(`drop role ${name}`);
    },
  };
}

test('a worker stopped past its lease is taken over from within five seconds, and writes nothing when it wakes up', async () => {
  await using deployment = await createHandlerDeployment();
  await using sink = await EffectSink.listen();
  const { sql, url } = deployment;
  await recordWriters(sql);
  await using login = await createLogin(sql, url);
  await using gate = await CommitGate.build(url, sql, 'before the checkpoint', login.name);
  // The lease as it is without any setting: the promise is made with that.
  const { SIGNALBOX_HANDLER_LEASE_MS: _short, ...env } = deployment.env;
  const start = (databaseUrl: string): Promise<HandlerProcess> =>
    HandlerProcess.start({ env: { ...env, DATABASE_URL: databaseUrl }, sinkUrl: sink.url, lanes: LANES });
  {
    await using stopped = await start(login.url);
    await using heir = await start(url);
    const holdersOf = async (handler: string): Promise<Set<string | null>> =>
      new Set((await readLanes(sql, handler)).map(({ holder }) => holder));
    await waitFor(async () => (await readLanes(sql)).some(({ holder }) => holder === heir.node), {
      describe: 'the other worker to have its share',
      timeoutMs: 30_000,
    });
    expect(await holdersOf('canary')).toContain(stopped.node);
    expect(await holdersOf('courier')).toContain(stopped.node);

    // It falls asleep with a batch written and not committed, and with calls that are not answered.
    const wakeUp = Promise.withResolvers<void>();
    let unanswered = 0;
    sink.onEffect = async (effect) => {
      if (effect.process !== stopped.pid) return;
      unanswered++;
      await wakeUp.promise;
    };
    await gate.close();
    const made = entries(400, 40);
    await appendEntries(sql, made.slice(0, 200));
    await gate.untilSomebodyWaits();
    await waitFor(() => unanswered > 0, { describe: 'unanswered calls' });
    stopped.signal('SIGSTOP');
    await gate.open();
    await waitFor(
      async () =>
        [...(await holdersOf('canary')), ...(await holdersOf('courier'))].every((holder) => holder === heir.node),
      { describe: 'the other worker to hold every lane', timeoutMs: TAKE_OVER_MS },
    );
    await untilCaughtUp(sql, 'canary');
    await untilCaughtUp(sql, 'courier');

    wakeUp.resolve();
    stopped.signal('SIGCONT');
    await waitFor(async () => (await holdersOf('canary')).has(stopped.node), {
      describe: 'the woken worker to hold lanes again',
      timeoutMs: 20_000,
    });
    await appendEntries(sql, made.slice(200));
    await untilCaughtUp(sql, 'canary');
    await untilCaughtUp(sql, 'courier');

    expect(await totalOf(sql, 'canary')).toBe(sumOf(made));
    expect(orderFaults(await linesOf(sql, 'canary'))).toEqual([]);
    expect(sink.firstArrivals()).toHaveLength(made.length);
    expect([...sink.keysByEvent().values()].filter((keys) => keys.size !== 1)).toEqual([]);
    expect(sink.repeated).toBeLessThanOrEqual(unanswered);
    expect(stopped.exitCode).toBeNull();
    const mixed = await sql(
      `select handler, lane, epoch, array_agg(distinct writer || ' wrote ' || what) as writers from written
       group by handler, lane, epoch having count(distinct writer) > 1`,
    );
    expect(mixed).toEqual([]);
    const writers = await sql<{ writer: string }>('select distinct writer from written');
    expect(writers.length).toBeGreaterThanOrEqual(2);
    // The role cannot go while it is connected.
    sink.onEffect = null;
  }
}, 120_000);
