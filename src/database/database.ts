import type { EventSubscriber } from '@mikro-orm/core';
import { MikroORM } from '@mikro-orm/postgresql';
import type { SqlEntityManager, SqlMikroORM } from '@mikro-orm/sql';
import type { Logger } from 'pino';
import type { EmbeddedDatabaseConfig, PostgresDatabaseConfig } from '../config/config.ts';
import { EmbeddedDatabase } from './embedded-database.ts';
import { openTransactionOf } from './open-transaction.ts';
import { type EntityList, ormOptions } from './orm-options.ts';
import type { SessionOptions } from './pipelined-connection.ts';
import { PipelinedDriver } from './pipelined-driver.ts';
import { Replica } from './replica.ts';
import { type Sql, sqlOf } from './sql.ts';

export type DatabaseConfig = EmbeddedDatabaseConfig | PostgresDatabaseConfig;

export interface Database extends AsyncDisposable {
  readonly kind: DatabaseConfig['kind'];
  readonly orm: SqlMikroORM;
  /** SQL on any pooled connection, each statement its own transaction. */
  readonly sql: Sql;
  /** A fresh entity manager for reads that may lag: on the replica, where there is one that is not too far behind. */
  reader(): SqlEntityManager;
  /** Whether an entity manager reads a replica. */
  mayLag(em: SqlEntityManager): boolean;
}

interface OpenOptions {
  readonly entities: EntityList;
  readonly subscribers?: readonly EventSubscriber[];
  readonly logger: Logger;
  /** The embedded database where it is being opened already: it is closed with this one. */
  readonly embedded?: EmbeddedDatabase | undefined;
}

/**
 * Opens the database and keeps it until disposed. The embedded one is locked against any second process first, since two
 * processes on one folder corrupt it silently.
 *
 * @throws FolderLockedError when another process has the embedded database open.
 */
export async function openDatabase(config: DatabaseConfig, options: OpenOptions): Promise<Database> {
  return config.kind === 'embedded' ? openEmbedded(config, options) : openPostgres(config, options);
}

async function openEmbedded(config: EmbeddedDatabaseConfig, options: OpenOptions): Promise<Database> {
  await using cleanup = new AsyncDisposableStack();
  const embedded = cleanup.use(options.embedded ?? (await EmbeddedDatabase.open(config.dataDir)));
  const orm = await MikroORM.init({
    ...ormOptions(options.entities, options.subscribers),
    driver: PipelinedDriver,
    logger: (message) => options.logger.warn({ source: 'orm' }, message),
    dbName: 'postgres',
    driverOptions: { acquireSession: (parserOf) => embedded.acquire(parserOf) } satisfies SessionOptions,
  });
  cleanup.defer(() => orm.close());
  const sql = sqlOf(orm.em.fork());
  await sql(`set statement_timeout = ${config.statementTimeoutMs}`);
  // Nothing analyzes tables here: a plan made for a small one would be kept when it has grown.
  await sql('set plan_cache_mode = force_custom_plan');
  return databaseOf('embedded', orm, () => orm, cleanup.move());
}

async function openPostgres(config: PostgresDatabaseConfig, options: OpenOptions): Promise<Database> {
  await using cleanup = new AsyncDisposableStack();
  const connect = async (url: string, subscribers: readonly EventSubscriber[]): Promise<SqlMikroORM> => {
    const orm = await MikroORM.init({
      ...ormOptions(options.entities, subscribers),
      driver: PipelinedDriver,
      logger: (message) => options.logger.warn({ source: 'orm' }, message),
      clientUrl: url,
      pool: { min: 0, max: config.poolSize },
      driverOptions: {
        connectionTimeoutMillis: config.poolWaitMs,
        statement_timeout: config.statementTimeoutMs,
        idle_in_transaction_session_timeout: config.idleInTransactionMs,
        application_name: 'signalbox',
        keepAlive: true,
        preparesStatements: config.preparesStatements,
      },
    });
    cleanup.defer(() => orm.close());
    return orm;
  };
  const orm = await connect(config.url, options.subscribers ?? []);
  if (config.readUrl === null) return databaseOf('postgres', orm, () => orm, cleanup.move());
  const copy = await connect(config.readUrl, []);
  const replica = cleanup.use(
    new Replica({
      primary: sqlOf(orm.em.fork()),
      replica: sqlOf(copy.em.fork()),
      maxLagMs: config.readMaxLagMs,
      logger: options.logger,
    }),
  );
  return databaseOf('postgres', orm, () => (replica.isCurrent ? copy : orm), cleanup.move());
}

function databaseOf(
  kind: DatabaseConfig['kind'],
  orm: SqlMikroORM,
  readable: () => SqlMikroORM,
  resources: AsyncDisposableStack,
): Database {
  return {
    kind,
    orm,
    sql: (text, parameters) => {
      refuseInsideTransaction();
      return sqlOf(orm.em.fork())(text, parameters);
    },
    reader: () => {
      refuseInsideTransaction();
      return readable().em.fork();
    },
    mayLag: (em) => em.getConnection() !== orm.em.getConnection(),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/**
 * A second connection taken inside an open transaction waits for ever on the embedded database (it has one session) and
 * can exhaust the pool on PostgreSQL. So it is a mistake everywhere, and says so.
 */
function refuseInsideTransaction(): void {
  if (openTransactionOf())
    throw new Error('A second entity manager inside a transaction: use the one the transaction gave you.');
}
