import type { GraphQLSchema } from 'graphql';
import { startServices } from './app-services.ts';
import { startAppTransport } from './app-transport.ts';
import { cacheTags, eventCatalogue, modules, permissionCatalogue, projectionCatalogue } from './catalogue.ts';
import { ConfigError, type Config } from './config/config.ts';
import type { Logger } from './config/logger.ts';
import { masterKeysOf } from './config/master-keys.ts';
import { type Database, openDatabase } from './database/database.ts';
import type { EmbeddedDatabase } from './database/embedded-database.ts';
import { hasPendingMigrations, migrateEmbedded, migrateUp } from './database/migrator.ts';
import { startPeriodicJob } from './database/periodic-job.ts';
import { type EventBus, startEventBus } from './event-bus/event-bus.ts';
import type { Handler } from './event-bus/define-handler.ts';
import { EventTags } from './event-bus/event-tags.ts';
import { forgetOldAnswers } from './event-bus/forget-answers.ts';
import type { Projection } from './event-bus/define-projection.ts';
import type { Saga } from './event-bus/define-saga.ts';
import { projectionHandler } from './event-bus/projection-handler.ts';
import { registerProjections } from './event-bus/projection-registry.ts';
import { sweepGenerations } from './event-bus/rebuild.ts';
import { forgetEndedSagas } from './event-bus/saga-list.ts';
import { registerHandlers } from './event-bus/register-handlers.ts';
import { sagaHandler } from './event-bus/saga-handler.ts';
import { startWorkers, type Workers } from './event-bus/start-workers.ts';
import { openTaggedCache } from './event-bus/tagged-cache.ts';
import { Metrics } from './metrics.ts';
import { EventCatalogue } from './event-store/event-catalogue.ts';
import { ensureEventPartitions } from './event-store/event-partitions.ts';
import { EventRecorder } from './event-store/event-recorder.ts';
import { masterKeyWrapper } from './event-store/key-wrapper.ts';
import { findMissingMasterKey } from './event-store/rewrap-keys.ts';
import { SubjectKeys } from './event-store/subject-keys.ts';
import type { Context, CoreServices, ModuleServices } from './graphql/context.ts';
import { createRequestContext } from './graphql/request-context.ts';
import { LiveConnections } from './graphql/live-connections.ts';
import type { Transport } from './graphql/server.ts';
import { systemCaller } from './graphql/system-caller.ts';
import { ensureBuiltInRoles } from './modules/access/built-in-roles.ts';
import { prepareBootstrap } from './modules/auth/bootstrap.ts';
import { forgetOldAccountTokens } from './modules/auth/forget-account-tokens.ts';
import { forgetOldSessions } from './modules/auth/forget-sessions.ts';
import { aggregatesBehind } from './modules/auth/session.policy.ts';
import type { MailTransport } from './modules/email/mail-transport.ts';
import { maintenanceGate } from './modules/maintenance/maintenance-gate.ts';
import type { PaymentGateway } from './modules/payments/payment-gateway.ts';
import { UserDataErased } from './modules/privacy/erasure.events.ts';
import { erasureWork } from './modules/privacy/erasure-job.ts';
import { reapplyErasures } from './modules/privacy/reapply-erasures.ts';
import { buildSchema } from './schema.ts';
import type { RequestOrigin, Viewer } from './viewer.ts';

export interface App extends AsyncDisposable {
  readonly config: Config;
  readonly database: Database;
  readonly bus: EventBus;
  readonly services: ModuleServices;
  readonly transport: Transport;
  readonly schema: GraphQLSchema;
  /** Null in a process that only answers requests. */
  readonly workers: Workers | null;
  /** For `bootstrapAdministrator`: made while there is no administrator, shown once, stored only as a hash. */
  readonly bootstrapToken: string | null;
  /** What a request of somebody's would have, for a program that acts on the server from inside. */
  contextFor(viewer: Viewer | null, origin: RequestOrigin): Promise<Context>;
}

export interface AppOverrides {
  /** Channel of the hints; nodes that share a database share it. */
  readonly channel?: string;
  /** Run besides those of the modules. */
  readonly handlers?: readonly Handler[];
  readonly projections?: readonly Projection[];
  readonly sagas?: readonly Saga[];
  /** Who takes the money; the sandbox by default. */
  readonly paymentGateway?: PaymentGateway;
  /** Where mails go; by default where the settings say. */
  readonly mailTransport?: MailTransport;
  /** Commits do not wake the relay: handlers get larger portions, less often. For who fills a database and nobody waits. */
  readonly isUnhurried?: boolean;
  /** The embedded database where it is being opened already. */
  readonly embedded?: EmbeddedDatabase | undefined;
}

const HOUR_MS = 3_600_000;
const INSIDE = { authorization: null, transport: 'http', isQuery: false, lastEventId: null } as const;

/**
 * Puts the program together, in order, and starts it. Disposing stops it in the reverse order: the transport drains
 * first, the database closes last.
 */
export async function createApp(config: Config, logger: Logger, overrides: AppOverrides = {}): Promise<App> {
  await using resources = new AsyncDisposableStack();
  let wakeRelay = (): void => undefined;
  const database = resources.use(
    await openDatabase(config.database, {
      entities: modules.flatMap((module) => module.entities),
      subscribers: [new EventRecorder(() => wakeRelay())],
      logger,
      embedded: overrides.embedded,
    }),
  );
  await prepareSchema(config, database, logger);
  const catalogue = new EventCatalogue(eventCatalogue);
  const keys = await openKeys(config, database, logger);
  const channel = overrides.channel ?? 'signalbox:log';
  const metrics = new Metrics();
  const bus = resources.use(
    await startEventBus({
      database,
      catalogue,
      keys,
      onRead(events) {
        for (const event of events) if (event.type === UserDataErased.type) keys.forget(event.aggregateId);
      },
      redis: config.redis,
      channel,
      stream: config.stream,
      metrics,
      logger,
    }),
  );
  if (!overrides.isUnhurried) wakeRelay = () => bus.relay.wake();

  // Loaded where there is a Redis only.
  const redis =
    config.redis && (await import('./event-bus/redis-connection.ts')).openRedis(config.redis, 'commands', logger);
  if (redis) resources.defer(() => redis.disconnect());
  const projections = [...projectionCatalogue, ...(overrides.projections ?? [])];
  const tags = new EventTags(cacheTags, projections);
  const cache = openTaggedCache({ ...bus, tags, redis, channel, config: config.cache });
  bus.commands.watchCommits(cache);
  await ensureBuiltInRoles(bus.commands, permissionCatalogue);
  const liveConnections = new LiveConnections(bus.streams.watch);
  const { services } = resources.use(
    await startServices({
      config,
      database,
      bus,
      catalogue,
      redis,
      liveConnections,
      paymentGateway: overrides.paymentGateway ?? null,
      mailTransport: overrides.mailTransport,
      logger,
    }),
  );
  const reapplied = await reapplyErasures({ sql: database.sql, commands: bus.commands }, services);
  if (reapplied > 0)
    logger.warn({ people: reapplied }, 'Erased again who was erased before this database was restored');
  startChores(database, projections, resources, logger);
  const sagas = [...modules.flatMap((module) => module.sagas?.(services) ?? []), ...(overrides.sagas ?? [])];
  const handlers = [
    ...modules.flatMap((module) => module.handlers?.(services) ?? []),
    ...projections.map((projection) => projectionHandler(projection, bus.signals)),
    ...sagas.map((saga) => sagaHandler(saga, bus.signals)),
    ...(overrides.handlers ?? []),
  ];
  // By any process, and before anything can be asked of this one: a handler that begins "now" misses nothing from here on.
  const lanes = await registerHandlers(database, handlers, logger);
  const bootstrapToken =
    config.role === 'worker'
      ? null
      : await prepareBootstrap(database, systemCaller(database, bus.commands, services), config.bootstrap);
  const core: CoreServices = {
    ...bus,
    writes: maintenanceGate(cache, database.sql),
    cache,
    database,
    catalogue,
    handlers,
    projections,
    redisHealthy: () => (config.redis ? bus.hints.healthy : null),
    aggregatesBehind,
  };
  if (config.role !== 'api') await registerProjections(database, projections, logger);
  const schema = buildSchema();
  const transport = await startAppTransport({ config, schema, bus, core, services, liveConnections, metrics, logger });
  resources.use(transport);
  // Behind the transport: whoever asks first need not wait for the handlers.
  const workers =
    config.role === 'api'
      ? null
      : resources.use(
          await startWorkers({
            database,
            bus,
            catalogue,
            handlers,
            lanes,
            projections,
            sagas,
            work: new Map([['ERASURE', erasureWork({ sql: database.sql, services, handlers })]]),
            config: config.handlers,
            metrics,
            logger,
          }),
        );
  resources.defer(async () => {
    // Both at once: together they have the time that one of them may take.
    await Promise.all([transport.drain(config.server.drainMs), workers?.[Symbol.asyncDispose]()]);
  });
  if (config.metrics) {
    void metrics.start().catch((error: unknown) => logger.error({ err: error }, 'There will be no metrics'));
  }
  const owned = resources.move();
  return {
    config,
    database,
    bus,
    services,
    transport,
    bootstrapToken,
    schema,
    workers,
    contextFor: (viewer, origin) => {
      const request = { ...INSIDE, origin, signal: new AbortController().signal };
      const standing = { viewer, lastsMs: Number.POSITIVE_INFINITY };
      return createRequestContext({ request, core, services, caller: { find: async () => standing } });
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function prepareSchema(config: Config, database: Database, logger: Logger): Promise<void> {
  if (config.database.migrate === 'auto') {
    const done = await (database.kind === 'embedded' ? migrateEmbedded : migrateUp)(database.orm);
    if (done.length > 0) logger.info({ migrations: done }, 'The database schema is up to date');
  } else if (await hasPendingMigrations(database.orm)) {
    throw new Error('The database schema is behind this program. Run `npm run migrate` first.');
  }
  await ensureEventPartitions(database.sql);
}

async function openKeys(config: Config, database: Database, logger: Logger): Promise<SubjectKeys> {
  const wrapper = masterKeyWrapper(await masterKeysOf(config, logger));
  const missing = await findMissingMasterKey(database.sql, wrapper);
  if (missing !== null) {
    const sentence = `SIGNALBOX_MASTER_KEY lacks the key ${missing}, with which keys of people's data are wrapped: give it as a further one, or that data cannot be read.`;
    throw new ConfigError([{ variables: ['SIGNALBOX_MASTER_KEY'], sentence }]);
  }
  return new SubjectKeys(wrapper, { ttlMs: config.encryption.keyCacheMs });
}

function startChores(
  database: Database,
  projections: readonly Projection[],
  resources: AsyncDisposableStack,
  logger: Logger,
): void {
  const chores = {
    'make event partitions': () => ensureEventPartitions(database.sql),
    'forget command answers': () => forgetOldAnswers(database.sql),
    'forget sessions': () => forgetOldSessions(database.sql),
    'forget account tokens': () => forgetOldAccountTokens(database.sql),
    'forget ended sagas': () => forgetEndedSagas(database.sql),
    'sweep replaced projections': () => sweepGenerations(database.sql, projections),
  };
  for (const [name, run] of Object.entries(chores)) {
    resources.use(startPeriodicJob({ name, everyMs: HOUR_MS, run }, logger));
  }
}
