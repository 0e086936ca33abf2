import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type App, type AppOverrides, createApp } from '../../../src/app.ts';
import { loadConfig } from '../../../src/config/config.ts';
import { createLogger } from '../../../src/config/logger.ts';
import type { Sql } from '../../../src/database/sql.ts';
import type { Handler } from '../../../src/event-bus/define-handler.ts';
import { look } from '../../support/canaries.ts';
import { createTestDatabase } from '../../support/test-database.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createLedgerTables } from './sample-ledger.ts';

type Environment = Readonly<Record<string, string>>;

export interface HandlerNode extends AsyncDisposable {
  readonly app: App;
  /** Holder of its lanes. */
  readonly id: string;
  /** Every line it logged. */
  readonly logs: string[];
}

/** A database with the sample tables, and worker nodes on it. Without Redis: nothing here may need it. */
export interface HandlerDeployment extends AsyncDisposable {
  readonly url: string;
  /** On a connection of its own. */
  readonly sql: Sql;
  /** The variables every node gets, for a process of its own as well. */
  readonly env: Environment;
  /** A worker in this process. */
  startNode(handlers: readonly Handler[], env?: Environment, more?: AppOverrides): Promise<HandlerNode>;
}

/** Short times: what a test waits for should come soon. */
const SHORT_TIMES: Environment = {
  SIGNALBOX_HANDLER_LEASE_MS: '600',
  SIGNALBOX_HANDLER_RETRY_BASE_MS: '10',
  SIGNALBOX_HANDLER_RETRY_MAX_MS: '50',
  SIGNALBOX_STREAM_POLL_MAX_MS: '50',
};

export async function createHandlerDeployment(databaseUrl?: string): Promise<HandlerDeployment> {
  await using cleanup = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-test-data-'));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  const url = databaseUrl ?? cleanup.use(await createTestDatabase()).url;
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  // A server that is killed by the test takes idle connections along; the next statement opens another.
  pool.on('error', () => undefined);
  cleanup.defer(() => pool.end());
  const sql = sqlOn(pool);
  await createLedgerTables(sql);
  const env: Environment = {
    PORT: '0',
    LOG_LEVEL: 'debug',
    SIGNALBOX_ROLE: 'worker',
    SIGNALBOX_DRAIN_MS: '200',
    SIGNALBOX_DATA_DIR: folder,
    DATABASE_URL: url,
    ...SHORT_TIMES,
  };
  const owned = cleanup.move();
  return {
    url,
    sql,
    env,
    startNode: (handlers, more = {}, overrides = {}) => startNode({ ...env, ...more }, { ...overrides, handlers }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function sqlOn(pool: pg.Pool): Sql {
  return async <Row extends object>(text: string, parameters: readonly unknown[] = []) =>
    (await pool.query<Row>(text, [...parameters])).rows;
}

async function startNode(env: Environment, overrides: AppOverrides): Promise<HandlerNode> {
  const logs: string[] = [];
  const write = (line: string): void => {
    logs.push(line);
    look('log', line, 'logged by a node');
  };
  const logger = createLogger({ level: 'debug', destination: { write } });
  const app = await createApp(loadConfig(env), logger, { channel: `test-${randomUUID()}:log`, ...overrides });
  return { app, id: app.bus.node, logs, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

export interface LaneRow {
  readonly handler: string;
  readonly lane: number;
  readonly position: number;
  readonly epoch: number;
  readonly holder: string | null;
}

export async function readLanes(sql: Sql, handler?: string): Promise<LaneRow[]> {
  return sql<LaneRow>(
    `select handler, lane, position::integer, epoch::integer, holder from handler_lane
     where $1::text is null or handler = $1 order by handler, lane`,
    [handler ?? null],
  );
}

export interface ParkedRow {
  readonly event_id: string;
  readonly ledger: string;
  readonly state: 'retrying' | 'waiting' | 'dead';
  readonly attempts: number;
  readonly error_class: string | null;
  readonly error_message: string | null;
}

export async function readParked(sql: Sql, handler: string): Promise<ParkedRow[]> {
  return sql<ParkedRow>(
    `select event_id, aggregate_id as ledger, state, attempts, error_class, error_message from parked_event
     where handler = $1 order by position`,
    [handler],
  );
}

/** Resolves when every event has a position and every lane of the handler has its checkpoint at the head of the log. */
export async function untilCaughtUp(sql: Sql, handler: string, timeoutMs = 20_000): Promise<void> {
  await waitFor(
    async () => {
      const [row] = await sql<{ done: boolean }>(
        `select (select count(*) from event) = (select count(*) from event_position)
            and (select min(position) from handler_lane where handler = $1) = (select max(position) from event_position) as done`,
        [handler],
      );
      return row?.done === true;
    },
    { describe: `the handler ${handler} to catch up`, timeoutMs },
  );
}

/** Resolves when the handler has caught up and no retry is due any more: what is parked then stays so. */
export async function untilSettled(sql: Sql, handler: string, timeoutMs = 20_000): Promise<void> {
  await untilCaughtUp(sql, handler, timeoutMs);
  await waitFor(async () => (await readParked(sql, handler)).every(({ state }) => state !== 'retrying'), {
    describe: `the retries of ${handler} to end`,
    timeoutMs,
  });
}
