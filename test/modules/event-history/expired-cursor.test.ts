import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sql } from '../../../src/database/sql.ts';
import { encodeCursor } from '../../../src/event-store/cursor.ts';
import { bootstrap } from '../../support/factories.ts';
import { EventFollower } from '../../support/event-follower.ts';
import { generateLog } from '../../support/generated-log.ts';
import type { GraphqlClient } from '../../support/graphql-client.ts';
import { withPostgres } from '../../support/postgres-client.ts';
import { createDeployment, type TestDeployment, type TestNode } from '../../support/test-app.ts';

const EVENTS = 40;
/** Those of the made-up log that are whole, and some of the program's own. */
const FILTER = { types: ['USER_CREATED', 'USER_UPDATED'] };

let deployment: TestDeployment;
let node: TestNode;
let admin: GraphqlClient;
/** The last position that is not kept. */
let gone: number;
beforeAll(async () => {
  deployment = await createDeployment();
  const lastMonth = new Date();
  lastMonth.setUTCMonth(lastMonth.getUTCMonth(), 0);
  await withPostgres(deployment.env['DATABASE_URL'] ?? '', async (client) => {
    const sql: Sql = async <Row extends object>(text: string, values?: readonly unknown[]) =>
      (await client.query<Row>(text, values && [...values])).rows;
    await generateLog(sql, { events: EVENTS, from: new Date(lastMonth.getTime() - 10 * 86_400_000) });
  });
  // It begins at the end of the log, so that it remembers nothing of what is taken away.
  node = await deployment.startNode({ SIGNALBOX_ROLE: 'api' });
  ({ client: admin } = await bootstrap(node.client, node.app.bootstrapToken ?? ''));
  const month = lastMonth.toISOString().slice(0, 7).replace('-', 'm');
  const [last] = await node.sql<{ position: number }>(
    `select max(position)::int as position from event_position_y${month}`,
  );
  gone = last?.position ?? 0;
  // As retention does.
  for (const table of ['event', 'event_position'])
    await node.sql(`alter table ${table} detach partition ${table}_y${month}`);
});
afterAll(async () => {
  await node[Symbol.asyncDispose]();
  await deployment[Symbol.asyncDispose]();
});

test.for(['websocket', 'sse'] as const)(
  'over %s a cursor whose events are no longer kept is refused, and a stream resumed where it says misses nothing of the rest',
  async (transport) => {
    expect(gone).toBeGreaterThan(1);
    for (const after of [0, gone - 1]) {
      await using follower = await EventFollower.open(admin, { transport, after: encodeCursor(after), filter: FILTER });
      await follower.untilEnded();
      expect(follower.events).toEqual([]);
      expect(follower.errors).toMatchObject([
        { extensions: { code: 'CURSOR_EXPIRED', resumeAfter: encodeCursor(gone) } },
      ]);
    }
    const rest = await node.sql<{ id: string }>(
      `select event_id as id from inspect.events where position > $1 and type = any ($2::text[]) order by position`,
      [gone, FILTER.types],
    );
    await using resumed = await EventFollower.open(admin, { transport, after: encodeCursor(gone), filter: FILTER });
    await resumed.untilReceived(rest.length);
    expect(resumed.events.map(({ id }) => id)).toEqual(rest.map(({ id }) => id));
    expect(rest.length).toBeGreaterThan(5);
  },
);
