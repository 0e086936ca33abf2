import { join } from 'node:path';
import type {
  AuthConfig,
  Config,
  EmbeddedDatabaseConfig,
  MailConfig,
  PostgresDatabaseConfig,
  RedisConfig,
  ServerConfig,
  TransportLimits,
} from './config.ts';
import { findWarnings } from './dangerous-settings.ts';
import type { Settings } from './env.ts';

/** Gives checked settings the shape the rest of the program reads. Decides nothing but defaults that follow from other settings. */
export function toConfig(settings: Settings, cores: number): Config {
  const production = settings.NODE_ENV === 'production';
  const dataDir = settings.SIGNALBOX_DATA_DIR;
  const email = settings.SIGNALBOX_BOOTSTRAP_EMAIL;
  const password = settings.SIGNALBOX_BOOTSTRAP_PASSWORD;
  return {
    production,
    role: settings.SIGNALBOX_ROLE,
    logLevel: settings.LOG_LEVEL,
    publicUrl: settings.PUBLIC_URL ?? localUrl('localhost', settings.PORT),
    dataDir,
    server: toServer(settings, production),
    database: toDatabase(settings, production),
    redis: toRedis(settings),
    auth: toAuth(settings, cores),
    encryption: {
      masterKeys: settings.SIGNALBOX_MASTER_KEY,
      keyCacheMs: settings.SIGNALBOX_KEY_CACHE_SECONDS * 1_000,
    },
    limits: toLimits(settings),
    stream: {
      pollMinMs: settings.SIGNALBOX_STREAM_POLL_MIN_MS,
      pollMaxMs: settings.SIGNALBOX_STREAM_POLL_MAX_MS,
      batchSize: settings.SIGNALBOX_STREAM_BATCH_SIZE,
      ringSize: settings.SIGNALBOX_STREAM_RING_SIZE,
      heartbeatSeconds: settings.SIGNALBOX_STREAM_HEARTBEAT_SECONDS,
      lagSeconds: settings.SIGNALBOX_STREAM_LAG_SECONDS,
    },
    cache: {
      maxItems: settings.SIGNALBOX_CACHE_MAX_ITEMS,
      maxBytes: settings.SIGNALBOX_CACHE_MAX_BYTES,
      localTtlMs: settings.SIGNALBOX_CACHE_LOCAL_SECONDS * 1000,
      sharedTtlMs: settings.SIGNALBOX_CACHE_SHARED_SECONDS * 1000,
    },
    handlers: {
      leaseMs: settings.SIGNALBOX_HANDLER_LEASE_MS,
      batchSize: settings.SIGNALBOX_HANDLER_BATCH_SIZE,
      retryBaseMs: settings.SIGNALBOX_HANDLER_RETRY_BASE_MS,
      retryMaxMs: settings.SIGNALBOX_HANDLER_RETRY_MAX_MS,
      maxAttempts: settings.SIGNALBOX_HANDLER_MAX_ATTEMPTS,
    },
    payments: {
      timeoutMs: settings.SIGNALBOX_PAYMENT_TIMEOUT_MS,
      settleAfterMs: settings.SIGNALBOX_PAYMENT_SETTLE_MS,
    },
    orders: { expireAfterMs: settings.SIGNALBOX_ORDER_EXPIRY_SECONDS * 1000 },
    onboarding: { welcomeMailWithinMs: settings.SIGNALBOX_WELCOME_MAIL_SECONDS * 1000 },
    mail: toMail(settings, dataDir),
    bootstrap: email !== null && password !== null ? { email, password } : null,
    metrics:
      production && settings.SIGNALBOX_METRICS_TOKEN === null ? null : { token: settings.SIGNALBOX_METRICS_TOKEN },
    seedDemo: settings.SIGNALBOX_SEED_DEMO,
    warnings: findWarnings(settings),
  };
}

function toServer(settings: Settings, production: boolean): ServerConfig {
  const port = settings.PORT;
  const ownOrigins = settings.PUBLIC_URL === null ? [] : [new URL(settings.PUBLIC_URL).origin];
  const localOrigins =
    production || port === 0 ? [] : ['localhost', '127.0.0.1', '[::1]'].map((host) => localUrl(host, port));
  return {
    port,
    host: settings.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
    allowedOrigins: [...new Set([...ownOrigins, ...localOrigins, ...settings.SIGNALBOX_ALLOWED_ORIGINS])],
    trustedProxies: settings.SIGNALBOX_TRUSTED_PROXIES,
    drainMs: settings.SIGNALBOX_DRAIN_MS,
  };
}

function toDatabase(settings: Settings, production: boolean): EmbeddedDatabaseConfig | PostgresDatabaseConfig {
  const migrate = settings.SIGNALBOX_MIGRATE ?? (production ? 'never' : 'auto');
  const statementTimeoutMs = settings.SIGNALBOX_DATABASE_STATEMENT_TIMEOUT_MS;
  if (settings.DATABASE_URL === null) {
    return { kind: 'embedded', dataDir: join(settings.SIGNALBOX_DATA_DIR, 'database'), migrate, statementTimeoutMs };
  }
  return {
    kind: 'postgres',
    url: settings.DATABASE_URL,
    readUrl: settings.DATABASE_READ_URL,
    readMaxLagMs: settings.SIGNALBOX_DATABASE_READ_MAX_LAG_MS,
    migrate,
    poolSize: settings.SIGNALBOX_DATABASE_POOL_SIZE,
    poolWaitMs: settings.SIGNALBOX_DATABASE_POOL_WAIT_MS,
    statementTimeoutMs,
    idleInTransactionMs: settings.SIGNALBOX_DATABASE_IDLE_IN_TRANSACTION_MS,
    preparesStatements: !settings.SIGNALBOX_DATABASE_UNNAMED_STATEMENTS,
  };
}

function toRedis(settings: Settings): RedisConfig | null {
  const certFile = settings.SIGNALBOX_REDIS_CERT_FILE;
  const keyFile = settings.SIGNALBOX_REDIS_KEY_FILE;
  return (
    settings.REDIS_URL && {
      ...settings.REDIS_URL,
      caFile: settings.SIGNALBOX_REDIS_CA_FILE,
      identity: certFile !== null && keyFile !== null ? { certFile, keyFile } : null,
    }
  );
}

function toAuth(settings: Settings, cores: number): AuthConfig {
  return {
    signingKeys: settings.SIGNALBOX_SIGNING_KEY,
    accessTokenMinutes: settings.SIGNALBOX_ACCESS_TOKEN_MINUTES,
    refreshDays: settings.SIGNALBOX_REFRESH_DAYS,
    refreshGraceSeconds: settings.SIGNALBOX_REFRESH_GRACE_SECONDS,
    argon2: {
      memoryKib: settings.SIGNALBOX_ARGON2_MEMORY_KIB,
      timeCost: settings.SIGNALBOX_ARGON2_TIME,
      parallelism: settings.SIGNALBOX_ARGON2_PARALLELISM,
    },
    maxConcurrentHashes: settings.SIGNALBOX_HASH_CONCURRENCY ?? 2 * cores,
  };
}

function toLimits(settings: Settings): TransportLimits {
  return {
    bodyAnonymousBytes: settings.SIGNALBOX_LIMIT_BODY_ANONYMOUS_BYTES,
    bodyAuthenticatedBytes: settings.SIGNALBOX_LIMIT_BODY_AUTHENTICATED_BYTES,
    documentBytes: settings.SIGNALBOX_LIMIT_DOCUMENT_BYTES,
    wsMessageBytes: settings.SIGNALBOX_LIMIT_WS_MESSAGE_BYTES,
    operationsPerSocket: settings.SIGNALBOX_LIMIT_OPERATIONS_PER_SOCKET,
    socketMessagesPerSecond: settings.SIGNALBOX_LIMIT_SOCKET_MESSAGES_PER_SECOND,
    connectionsPerAddress: settings.SIGNALBOX_LIMIT_CONNECTIONS_PER_ADDRESS,
    connectionsPerUser: settings.SIGNALBOX_LIMIT_CONNECTIONS_PER_USER,
    connectionsPerSecond: settings.SIGNALBOX_LIMIT_CONNECTIONS_PER_SECOND,
    connectionInitMs: settings.SIGNALBOX_LIMIT_CONNECTION_INIT_MS,
    operationTimeoutMs: settings.SIGNALBOX_LIMIT_OPERATION_TIMEOUT_MS,
    importTimeoutMs: settings.SIGNALBOX_LIMIT_IMPORT_TIMEOUT_MS,
    maxTokens: settings.SIGNALBOX_LIMIT_TOKENS,
    maxDepth: settings.SIGNALBOX_LIMIT_DEPTH,
    maxAliases: settings.SIGNALBOX_LIMIT_ALIASES,
    maxDirectives: settings.SIGNALBOX_LIMIT_DIRECTIVES,
    maxRootFields: settings.SIGNALBOX_LIMIT_ROOT_FIELDS,
    maxCost: settings.SIGNALBOX_LIMIT_COST,
  };
}

function toMail(settings: Settings, dataDir: string): MailConfig {
  const from = settings.MAIL_FROM ?? 'Signalbox <signalbox@localhost>';
  return settings.SMTP_URL === null
    ? { kind: 'folder', dir: join(dataDir, 'mail'), from }
    : { kind: 'smtp', url: settings.SMTP_URL, from };
}

function localUrl(host: string, port: number): string {
  return port === 0 ? `http://${host}` : new URL(`http://${host}:${port}`).origin;
}
