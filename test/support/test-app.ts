import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type App, type AppOverrides, createApp } from '../../src/app.ts';
import { modules } from '../../src/catalogue.ts';
import { loadConfig } from '../../src/config/config.ts';
import { createLogger } from '../../src/config/logger.ts';
import type { Sql } from '../../src/database/sql.ts';
import { look, secretKey } from './canaries.ts';
import { createEmbeddedFolder } from './embedded-folder.ts';
import { bootstrap, type SignedIn } from './factories.ts';
import { GraphqlClient } from './graphql-client.ts';
import { lookAtMailFolder } from './read-mail.ts';
import { createTestDatabase } from './test-database.ts';
import { createTestRedis } from './test-redis.ts';

/** PostgreSQL with Redis, or the embedded database with neither. */
export type Backend = 'postgres' | 'embedded';

type Environment = Readonly<Record<string, string>>;

/** One node of a deployment, in this process. */
export interface TestNode extends AsyncDisposable {
  readonly app: App;
  readonly url: string;
  /** SQL on the node's own database, for looking at what the API does not show. */
  readonly sql: Sql;
  /** Every line it logged, on the level `debug`. */
  readonly logs: string[];
  /** A caller who is nobody yet. */
  readonly client: GraphqlClient;
}

/** What the nodes of one deployment share: database, Redis, keys and channel. */
export interface TestDeployment extends AsyncDisposable {
  /** The variables every node gets, for a process of its own as well. */
  readonly env: Environment;
  startNode(env?: Environment, overrides?: AppOverrides): Promise<TestNode>;
}

export async function createDeployment(backend: Backend = 'postgres'): Promise<TestDeployment> {
  await using cleanup = new AsyncDisposableStack();
  const places = await (backend === 'postgres' ? takeServers(cleanup) : takeEmbeddedFolder(cleanup));
  const channel = `test-${randomUUID()}:log`;
  const env: Environment = {
    PORT: '0',
    LOG_LEVEL: 'debug',
    // What a stopping node waits for is tested elsewhere.
    SIGNALBOX_DRAIN_MS: '200',
    SIGNALBOX_SIGNING_KEY: secretKey(),
    SIGNALBOX_MASTER_KEY: secretKey(),
    ...places,
  };
  const owned = cleanup.move();
  return {
    env,
    startNode: (more = {}, overrides = {}) => startNode({ ...env, ...more }, { channel, ...overrides }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function takeServers(cleanup: AsyncDisposableStack): Promise<Environment> {
  const database = cleanup.use(await createTestDatabase());
  const redis = cleanup.use(await createTestRedis());
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-test-data-'));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  cleanup.defer(() => lookAtMailFolder(join(folder, 'mail')));
  return { DATABASE_URL: database.url, REDIS_URL: redis.url, SIGNALBOX_DATA_DIR: folder };
}

async function takeEmbeddedFolder(cleanup: AsyncDisposableStack): Promise<Environment> {
  return { SIGNALBOX_DATA_DIR: dirname(cleanup.use(await createEmbeddedFolder()).dataDir) };
}

async function startNode(env: Environment, overrides: AppOverrides): Promise<TestNode> {
  const logs: string[] = [];
  const write = (line: string): void => {
    logs.push(line);
    look('log', line, 'logged by a node');
  };
  const logger = createLogger({ level: 'debug', destination: { write } });
  const app = await createApp(loadConfig(env), logger, overrides);
  return {
    app,
    url: app.transport.url,
    sql: app.database.sql,
    logs,
    client: new GraphqlClient(app.transport.url),
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

export interface TestApp extends TestNode {
  readonly deployment: TestDeployment;
  /** The first administrator, signed in. */
  readonly admin: SignedIn;
}

interface TestAppOptions {
  readonly backend?: Backend;
  readonly env?: Environment;
  readonly overrides?: AppOverrides;
  /** Of the modules; paused unless told otherwise, so that nothing is recorded but what the test does. */
  readonly sagas?: 'running' | 'paused';
}

/** A deployment of one node, with its first administrator signed in. */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  await using cleanup = new AsyncDisposableStack();
  const deployment = cleanup.use(await createDeployment(options.backend));
  const node = cleanup.use(await deployment.startNode(options.env, options.overrides));
  if (options.sagas !== 'running') await pauseSagas(node);
  const { bootstrapToken } = node.app;
  if (bootstrapToken === null) throw new Error('The node made no bootstrap token.');
  const admin = await bootstrap(node.client, bootstrapToken);
  const owned = cleanup.move();
  return { ...node, deployment, admin, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** As an operator would, on every node. */
async function pauseSagas({ app, sql }: TestNode): Promise<void> {
  const sagas = modules.flatMap((module) => module.sagas?.(app.services) ?? []);
  await sql('update handler set paused = true where name = any ($1::text[])', [sagas.map(({ name }) => name)]);
}
