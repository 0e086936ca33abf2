import { expect, test } from 'vitest';
import { bootstrap, createUser } from '../support/factories.ts';
import { EventFollower } from '../support/event-follower.ts';
import type { GraphqlClient } from '../support/graphql-client.ts';
import { TestSocket } from '../support/graphql-requests.ts';
import { withPostgres } from '../support/postgres-client.ts';
import { startRedis } from '../support/redis-server.ts';
import { ScriptedChanges } from '../support/scripted-changes.ts';
import { SignalboxProcess } from '../support/signalbox-process.ts';
import { readStoredLog } from '../support/stored-log.ts';
import { createDeployment } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

/** `TEST_OUTAGE_SECONDS=90` for the length that is promised; at least `ROUNDS` in any case. */
const OUTAGE_MS = Number(process.env['TEST_OUTAGE_SECONDS'] ?? 2) * 1_000;
const ROUNDS = 3;
/** A client that unsubscribes while its Redis is away is what ends processes elsewhere. */
const OTHERS = ['notifications { id }', 'eventBusHealthUpdated { status }', 'userStatsUpdated { totalUsers }'];

const hearsOthers = async (node: GraphqlClient): Promise<boolean> =>
  (await node.ask<{ eventBusHealth: { redis: boolean } }>('{ eventBusHealth { redis } }')).eventBusHealth.redis;

async function idsInLog(databaseUrl: string): Promise<readonly string[]> {
  const log = await withPostgres(databaseUrl, (client) =>
    readStoredLog(
      async <Row extends object>(text: string, values?: readonly unknown[]) =>
        (await client.query<Row>(text, values && [...values])).rows,
    ),
  );
  return log.map(({ id }) => id);
}

/** One after the other, each until its first result or, of those that have none, its first answer to a ping. */
async function openAndCloseOthers(node: GraphqlClient): Promise<void> {
  await using socket = await TestSocket.connect(node, { token: node.token ?? '' });
  for (const [index, field] of OTHERS.entries()) {
    socket.subscribe(String(index), { query: `subscription { ${field} }` });
    if (index > 0) await socket.message('next', String(index));
    socket.send({ type: 'complete', id: String(index) });
  }
  socket.send({ type: 'ping' });
  await socket.message('pong');
}

test(
  'while Redis is away no process ends, open streams go on, and others open and close and begin from the log',
  { timeout: 150_000 + 3 * OUTAGE_MS },
  async () => {
    await using deployment = await createDeployment();
    await using redis = await startRedis();
    const env = { ...deployment.env, REDIS_URL: redis.url };
    await using writing = await SignalboxProcess.start(env);
    await using serving = await SignalboxProcess.start(env);
    const processes = [writing, serving];
    const { client: admin } = await bootstrap(serving.client, await serving.bootstrapToken());
    const [here, there] = [admin.at(writing.url ?? ''), admin.at(serving.url ?? '')];
    const person = await createUser(here);
    const changes = new ScriptedChanges(here);
    const follow = () => Promise.all([EventFollower.open(there), EventFollower.open(there, { transport: 'sse' })]);
    const faultsOf = async (followers: readonly EventFollower[]): Promise<readonly string[]> => {
      await Promise.all(followers.map((follower) => follower.untilEvent(changes.lastEvent)));
      await Promise.all(followers.map((follower) => follower[Symbol.asyncDispose]()));
      // Afterwards: what sagas record meanwhile would be missing in it.
      const log = await idsInLog(deployment.env['DATABASE_URL'] ?? '');
      return followers.flatMap(({ events, errors }) => [
        ...errors.map(({ extensions }) => extensions.code),
        ...events.flatMap(({ id }, index) => (id === log[index] ? [] : [id])),
      ]);
    };
    const untilBoth = (hears: boolean) =>
      waitFor(async () => (await Promise.all([here, there].map(hearsOthers))).every((each) => each === hears), {
        describe: `both to ${hears ? 'hear each other' : 'notice'}`,
        timeoutMs: 30_000,
      });
    await untilBoth(true);
    const lasting = await follow();

    await redis.kill();
    await untilBoth(false);
    const until = performance.now() + OUTAGE_MS;
    let rounds = 0;
    for (; rounds < ROUNDS || performance.now() < until; rounds++) {
      await changes.rename(person, 2);
      const brief = await follow();
      await openAndCloseOthers(there);
      await changes.rename(person, 1);
      expect(await faultsOf(brief), `round ${rounds}`).toEqual([]);
    }
    expect(processes.map(({ exitCode }) => exitCode)).toEqual([null, null]);

    await redis.restart();
    await untilBoth(true);
    await changes.rename(person, 2);
    expect(await faultsOf([...lasting, ...(await follow())])).toEqual([]);
    for (const each of processes) each.signal('SIGTERM');
    const ends = await Promise.all(processes.map((each) => each.untilEnded()));
    expect(ends).toEqual(processes.map(() => ({ code: 0, signal: null })));
    expect(processes.map(({ stdout, stderr }) => /unhandled|uncaught/i.exec(stdout + stderr)?.[0])).toEqual([
      undefined,
      undefined,
    ]);
  },
);
