import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sql } from '../../src/database/sql.ts';
import { mutate } from '../support/factories.ts';
import type { GraphqlClient } from '../support/graphql-client.ts';
import { printedPassword, runSeed } from '../support/seed-program.ts';
import { SignalboxProcess } from '../support/signalbox-process.ts';
import { type Backend, createDeployment, type TestDeployment, type TestNode } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

/** What is the same in every run: people, and what they ordered and paid. Ids, times and order numbers are not. */
const PEOPLE = `select u.username, u.email, u.first_name, u.last_name, u.is_active, u.email_verified_at is not null as verified, r.name as role
  from app_user u join role r on r.id = u.role_id order by u.username collate "C"`;
const ORDERS = `select u.username, o.status, o.currency, o.total::text as total, o.version,
    (select count(*)::int from payment p where p.order_id = o.id and p.status = 'PROCESSED') as paid,
    (select count(*)::int from payment p where p.order_id = o.id and p.status = 'FAILED') as failed
  from app_order o join app_user u on u.id = o.customer_id order by u.username collate "C", o.created_at, o.total`;

const cleanup = new AsyncDisposableStack();
const filled = new Map<Backend, { deployment: TestDeployment; printed: string; node: TestNode }>();

/** The embedded one by `npm run seed`, the other by a server that is told to begin with demo data. */
beforeAll(async () => {
  await Promise.all(
    (['postgres', 'embedded'] as const).map(async (kind) => {
      const deployment = cleanup.use(await createDeployment(kind));
      const printed = await (kind === 'embedded' ? seed(deployment) : startOnDemoData(deployment));
      filled.set(kind, { deployment, printed, node: cleanup.use(await deployment.startNode()) });
    }),
  );
}, 300_000);

afterAll(() => cleanup.disposeAsync());

async function seed({ env }: TestDeployment): Promise<string> {
  const { code, stdout, stderr } = await runSeed(env);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return stdout;
}

async function startOnDemoData({ env }: TestDeployment): Promise<string> {
  await using server = await SignalboxProcess.spawn({ ...env, SIGNALBOX_SEED_DEMO: 'true' });
  await waitFor(() => server.url !== null || server.exitCode !== null, {
    describe: 'the server to listen',
    timeoutMs: 280_000,
  });
  server.signal('SIGTERM');
  expect(await server.untilEnded()).toEqual({ code: 0, signal: null });
  return server.stderr;
}

function backend(name: Backend) {
  const found = filled.get(name);
  if (!found) throw new Error(`${name} was not filled.`);
  return found;
}

async function signIn({ printed, node }: ReturnType<typeof backend>, name: string): Promise<GraphqlClient> {
  const email = `${name}@example.com`;
  const answer = await mutate(node.client, 'login', { input: { email, password: printedPassword(printed, email) } });
  return node.client.as(answer.accessToken ?? null);
}

const snapshot = async (sql: Sql) => ({ people: await sql(PEOPLE), orders: await sql(ORDERS) });

test('two databases, of either kind, get the same people, orders and totals', async () => {
  const [first, second] = [await snapshot(backend('postgres').node.sql), await snapshot(backend('embedded').node.sql)];
  expect(first.people.length).toBeGreaterThan(55);
  expect(first.orders.length).toBeGreaterThan(100);
  expect(second).toEqual(first);
});

interface BusAtRest {
  readonly eventBusHealth: { readonly relayLag: number };
  readonly handlers: readonly { readonly lag: number }[];
}
const AT_REST = '{ eventBusHealth { relayLag } handlers { lag } }';
const isAtRest = ({ eventBusHealth, handlers }: BusAtRest): boolean =>
  eventBusHealth.relayLag === 0 && handlers.every(({ lag }) => lag === 0);

test.for(['postgres', 'embedded'] as const)(
  'on %s the printed accounts sign in and see what is right',
  async (kind) => {
    const place = backend(kind);
    const { sql } = place.node;
    const [count] = await sql<Record<'users' | 'active' | 'orders' | 'pending' | 'events', number>>(
      `select (select count(*)::int from app_user) as users, (select count(*)::int from app_user where is_active) as active,
            (select count(*)::int from app_order) as orders, (select count(*)::int from event) as events,
            (select count(*)::int from app_order where status = 'PENDING') as pending`,
    );
    const admin = await signIn(place, 'admin');
    // The sign-in is an event of its own, which has to be numbered and audited first.
    await waitFor(async () => isAtRest(await admin.ask<BusAtRest>(AT_REST)), { describe: 'the sign-in to be handled' });
    const seen = await admin.ask<Record<string, unknown>>(`{
    userStats { totalUsers activeUsers } orderStats { totalOrders pendingOrders }
    verifyAuditChain { valid complete } deadLetters(first: 1) { totalCount }
    notifications(unreadOnly: true, first: 1) { unreadCount totalCount }
    all: notifications(first: 1) { totalCount }
    maintenance { reason } eventBusHealth { status relayLag deadLetters }
  }`);
    expect(seen).toMatchObject({
      userStats: { totalUsers: count?.users, activeUsers: count?.active },
      orderStats: { totalOrders: count?.orders, pendingOrders: count?.pending },
      verifyAuditChain: { valid: true, complete: true },
      deadLetters: { totalCount: 0 },
      maintenance: null,
      eventBusHealth: { status: 'HEALTHY', relayLag: 0, deadLetters: 0 },
    });
    const { all, notifications } = seen as Record<'all' | 'notifications', { totalCount: number }>;
    expect(notifications.totalCount).toBeGreaterThan(0);
    expect(all.totalCount).toBeGreaterThan(notifications.totalCount);

    const manager = await signIn(place, 'manager');
    expect(await manager.codeOf('{ orders(first: 1) { totalCount } }')).toBeNull();
    const user = await signIn(place, 'user');
    expect(await user.codeOf('{ userStats { totalUsers } }')).toBe('FORBIDDEN');
    const { me } = await user.ask<{ me: { orders: { totalCount: number } } }>(
      '{ me { orders(first: 1) { totalCount } } }',
    );
    expect(me.orders.totalCount).toBe(10);
  },
);

test.for(['postgres', 'embedded'] as const)(
  'on %s the events are of half a year, each in the partition of its month',
  async (kind) => {
    const { sql } = backend(kind).node;
    const months = await sql<{ partition: string; events: number }>(
      `select tableoid::regclass::text as partition, count(*)::int as events from event where type <> 'USER_LOGGED_IN' group by 1 order by 1`,
    );
    const expected = Array.from({ length: 7 }, (_, index) => {
      const day = new Date(Date.now() - 182 * 86_400_000);
      day.setUTCDate(1);
      day.setUTCMonth(day.getUTCMonth() + index);
      return `event_y${day.toISOString().slice(0, 7).replace('-', 'm')}`;
    });
    expect(expected).toEqual(expect.arrayContaining(months.map(({ partition }) => partition)));
    expect(months.length).toBeGreaterThanOrEqual(6);
    // Within an aggregate time goes on with the versions.
    const back = await sql(
      `select type from (select type, id, lag(id) over (partition by aggregate_type, aggregate_id order by version) as before from event) e
     where id < before`,
    );
    expect(back).toEqual([]);
  },
);

test.for(['postgres', 'embedded'] as const)(
  'on %s no mail left, and none leaves when the server runs',
  async (kind) => {
    const { deployment, node } = backend(kind);
    expect(node.logs.filter((line) => line.includes('Mail sent'))).toEqual([]);
    expect(existsSync(join(deployment.env['SIGNALBOX_DATA_DIR'] ?? '', 'mail'))).toBe(false);
  },
);

test('a maintenance window is over, and everybody was told', async () => {
  const { node } = backend('postgres');
  const notices = await node.sql(
    `select event_type, count(*)::int as told from notification where event_type like 'SYSTEM_%' group by 1 order by 1`,
  );
  expect(notices.map(({ event_type: type }: { event_type?: string }) => type)).toEqual([
    'SYSTEM_MAINTENANCE_COMPLETED',
    'SYSTEM_MAINTENANCE_STARTED',
  ]);
});

test('a second run says that there is nothing to do, and changes nothing', async () => {
  const { deployment, node } = backend('postgres');
  const before = await node.sql('select count(*)::int as events, max(number)::text as newest from event');
  const again = await runSeed(deployment.env);
  expect(again).toEqual({
    code: 0,
    stderr: '',
    stdout: 'There is demo data in the database already. Nothing was changed.\n',
  });
  expect(await node.sql('select count(*)::int as events, max(number)::text as newest from event')).toEqual(before);
});

test('a folder that a server holds is refused with a sentence', async () => {
  const { deployment } = backend('embedded');
  const refused = await runSeed(deployment.env);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toMatch(/^The database folder .* is in use by process \d+ .*\n$/);
});
