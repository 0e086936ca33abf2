import { pino } from 'pino';
import { v7 } from 'uuid';
import { type Database, type DatabaseConfig, openDatabase } from '../../src/database/database.ts';
import type { CommandMetadata, RecordedEvent } from '../../src/event-store/domain-event.ts';
import { runInEventContext } from '../../src/event-store/event-context.ts';
import { EventRecorder } from '../../src/event-store/event-recorder.ts';
import { EventLog } from '../../src/event-store/read-events.ts';
import { createEmbeddedFolder } from '../support/embedded-folder.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { createSampleTables, sampleCatalogue, sampleEntities } from './sample-library.ts';
import { useSubjectKeys } from '../../src/event-store/subject-keys.ts';
import { newMasterKey, sampleKeys } from '../support/sample-keys.ts';

export type DatabaseKind = Database['kind'];
/** For `test.for`: what must hold on both databases. */
export const databaseKinds: readonly DatabaseKind[] = ['postgres', 'embedded'];

export const silentLogger = pino({ level: 'silent' });

export interface SampleNode extends AsyncDisposable {
  readonly database: Database;
  readonly log: EventLog;
  /** How often the recorder asked to wake the relay. */
  readonly wakes: () => number;
}

export interface SampleDatabase extends SampleNode {
  /** Of the PostgreSQL database; an error on the embedded one. */
  readonly url: string;
}

/** A database of the test's own with the sample library's tables, opened as the program opens it. */
export async function openSampleDatabase(kind: DatabaseKind = 'postgres'): Promise<SampleDatabase> {
  await using resources = new AsyncDisposableStack();
  const place = kind === 'postgres' ? await createTestDatabase() : await createEmbeddedFolder();
  resources.use(place);
  const config = 'url' in place ? postgresConfig(place.url) : embeddedConfig(place.dataDir);
  const node = resources.use(await openNode(config));
  await createSampleTables(node.database.sql);
  const owned = resources.move();
  return {
    ...node,
    get url() {
      if (!('url' in place)) throw new Error('The embedded database has no URL.');
      return place.url;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Of all nodes, as in a deployment. */
const MASTER_KEY = newMasterKey();

/** A further node on a database that has the sample library's tables. */
export async function openNode(config: DatabaseConfig): Promise<SampleNode> {
  let wakes = 0;
  const database = await openDatabase(config, {
    entities: sampleEntities,
    subscribers: [new EventRecorder(() => wakes++)],
    logger: silentLogger,
  });
  useSubjectKeys(database.orm.em, sampleKeys([MASTER_KEY]));
  return {
    database,
    log: new EventLog(database.sql, sampleCatalogue),
    wakes: () => wakes,
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

export function postgresConfig(url: string, poolSize = 10): DatabaseConfig {
  return {
    kind: 'postgres',
    url,
    readUrl: null,
    readMaxLagMs: 5_000,
    migrate: 'never',
    poolSize,
    poolWaitMs: 30_000,
    statementTimeoutMs: 30_000,
    idleInTransactionMs: 30_000,
    preparesStatements: true,
  };
}

export function embeddedConfig(dataDir: string): DatabaseConfig {
  return { kind: 'embedded', dataDir, migrate: 'never', statementTimeoutMs: 30_000 };
}

export const nobody: CommandMetadata = {
  userId: null,
  correlationId: '00000000-0000-7000-8000-000000000000',
  causationId: null,
  ipAddress: null,
  userAgent: null,
};

/** Runs work as a command would, without the bus; answers what it returned and what the recorder noted. */
export async function inCommand<Result>(
  work: () => Promise<Result>,
  metadata: CommandMetadata = nobody,
): Promise<{ readonly result: Result; readonly recorded: readonly RecordedEvent[] }> {
  const recorded: RecordedEvent[] = [];
  const result = await runInEventContext({ commandId: v7(), metadata, recorded }, work);
  return { result, recorded };
}

/** Types of the stored events in the order they were inserted, numbered or not. */
export async function storedTypes({ database }: SampleNode): Promise<string[]> {
  const rows = await database.sql<{ type: string }>('select type from event order by number');
  return rows.map((row) => row.type);
}
