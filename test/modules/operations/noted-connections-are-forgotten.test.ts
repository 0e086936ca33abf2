import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eraseUser } from '../../support/erasure.ts';
import { EventFollower } from '../../support/event-follower.ts';
import { signedInUser } from '../../support/factories.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';

const COUNT = '{ liveConnections { totalCount } }';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

/** The nodes at which a text about a connection is noted. */
const notedAt = (text: string): Promise<object[]> =>
  app.sql(`select node from live_node where connections::text like '%' || $1 || '%'`, [text]);

test('what an operator was told of the connections of somebody goes with them when they are erased', async () => {
  const person = await signedInUser(app.admin.client);
  const other = await signedInUser(app.admin.client);
  await using theirs = await EventFollower.open(person.client, { transport: 'sse' });
  await using others = await EventFollower.open(other.client);
  await Promise.all([theirs.untilReceived(1), others.untilReceived(1)]);
  await app.admin.client.ask(COUNT);
  expect(await notedAt(person.user.id)).toHaveLength(1);

  await eraseUser(app.admin.client, person.user.id);
  // By itself it would stay for a minute.
  const isGone = async () => (await notedAt(person.user.id)).length === 0;
  await waitFor(isGone, { describe: 'the note to be gone', timeoutMs: 30_000 });
  expect(await notedAt(other.user.id)).toHaveLength(1);
}, 60_000);

test('what a node noted that died goes after a minute, though nobody asks again', async () => {
  await app.sql(
    `insert into live_node (node, seen_at, answered_at, connections)
     values ($1, clock_timestamp() - interval '61 seconds', clock_timestamp(), '[{"ipAddress": "198.51.100.77"}]')`,
    [randomUUID()],
  );
  await waitFor(async () => (await notedAt('198.51.100.77')).length === 0, { describe: 'the note to be gone' });
  expect(await notedAt('198.51.100.77')).toEqual([]);
});
