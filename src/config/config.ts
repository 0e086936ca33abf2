import { availableParallelism } from 'node:os';
import { checkEnvironment, type Problem } from './check-environment.ts';
import { findDangers } from './dangerous-settings.ts';
import type { Settings } from './env.ts';
import type { RedisServers } from './redis-urls.ts';
import { toConfig } from './settings-to-config.ts';

/** What the process does: everything, only serve clients, or only run handlers. */
export type Role = Settings['SIGNALBOX_ROLE'];
export type LogLevel = Settings['LOG_LEVEL'];

/** Bounds of one request or socket (SECURITY S24, S25, S28). Bytes, milliseconds, or counts as the names say. */
export interface TransportLimits {
  readonly bodyAnonymousBytes: number;
  readonly bodyAuthenticatedBytes: number;
  readonly documentBytes: number;
  readonly wsMessageBytes: number;
  readonly operationsPerSocket: number;
  /** A socket that sends more is read no faster. */
  readonly socketMessagesPerSecond: number;
  /** Sockets and event streams at this node. */
  readonly connectionsPerAddress: number;
  readonly connectionsPerUser: number;
  /** By one address, and by one person, at this node; more at once, up to as many as may be open. */
  readonly connectionsPerSecond: number;
  readonly connectionInitMs: number;
  readonly operationTimeoutMs: number;
  readonly importTimeoutMs: number;
  readonly maxTokens: number;
  readonly maxDepth: number;
  readonly maxAliases: number;
  readonly maxDirectives: number;
  readonly maxRootFields: number;
  readonly maxCost: number;
}

export interface ServerConfig {
  /** 0 lets the system choose a free port. */
  readonly port: number;
  readonly host: string;
  /**
   * Web origins that may call, as `scheme://host[:port]`; the public URL's own is among them, in development those of this
   * machine too (but with PORT=0, known only after listening). Never a wildcard.
   */
  readonly allowedOrigins: readonly string[];
  /** Addresses or CIDR ranges whose `X-Forwarded-*` headers are believed. */
  readonly trustedProxies: readonly string[];
  readonly drainMs: number;
}

export interface EmbeddedDatabaseConfig {
  readonly kind: 'embedded';
  readonly dataDir: string;
  readonly migrate: 'auto' | 'never';
  readonly statementTimeoutMs: number;
}

export interface PostgresDatabaseConfig {
  readonly kind: 'postgres';
  readonly url: string;
  /** A replica for reads that may lag, or null: then reads use `url`. */
  readonly readUrl: string | null;
  /** How far the replica may be behind; a staler one is not read from. */
  readonly readMaxLagMs: number;
  readonly migrate: 'auto' | 'never';
  /** Connections of one process to each URL. */
  readonly poolSize: number;
  /** How long a caller waits for a free connection before it is refused. */
  readonly poolWaitMs: number;
  readonly statementTimeoutMs: number;
  readonly idleInTransactionMs: number;
  /** False behind a pooler that gives each transaction another session and does not keep prepared statements itself. */
  readonly preparesStatements: boolean;
}

export type RedisConfig = RedisServers & {
  /** Of the certificates of those who may vouch for a server, in PEM form; null for those that Node trusts. */
  readonly caFile: string | null;
  /** What this process shows to a server that asks who it is, in PEM form; null: nothing. */
  readonly identity: { readonly certFile: string; readonly keyFile: string } | null;
};

export interface AuthConfig {
  /** Base64 of 32 bytes, or PEM. The first signs, all verify. Empty only in development (make one) and for a worker. */
  readonly signingKeys: readonly string[];
  readonly accessTokenMinutes: number;
  /** Absolute: a session ends this long after login however often it was refreshed. */
  readonly refreshDays: number;
  readonly refreshGraceSeconds: number;
  readonly argon2: { readonly memoryKib: number; readonly timeCost: number; readonly parallelism: number };
  readonly maxConcurrentHashes: number;
}

export interface StreamConfig {
  /** The relay polls between these two: fast after events, slower while idle. */
  readonly pollMinMs: number;
  readonly pollMaxMs: number;
  readonly batchSize: number;
  /** Events kept in memory for live subscribers; who falls behind them reads the log. */
  readonly ringSize: number;
  readonly heartbeatSeconds: number;
  /** How long a subscriber that is waited for may come no closer to the end of the log. */
  readonly lagSeconds: number;
}

/** Bounds of the read-through cache. Short lives, since copies of personal data must be gone soon after an erasure. */
export interface CacheConfig {
  /** Of one process; whichever of the two is reached first. */
  readonly maxItems: number;
  readonly maxBytes: number;
  readonly localTtlMs: number;
  readonly sharedTtlMs: number;
}

export interface HandlerConfig {
  readonly leaseMs: number;
  readonly batchSize: number;
  readonly retryBaseMs: number;
  readonly retryMaxMs: number;
  /** Tries of one event before it becomes a dead letter. */
  readonly maxAttempts: number;
}

export interface PaymentsConfig {
  /** For one call of the gateway. */
  readonly timeoutMs: number;
  /** Longer than `timeoutMs`: who waits for the gateway's answer has had it by then, or is gone. */
  readonly settleAfterMs: number;
}

export type MailConfig =
  | { readonly kind: 'smtp'; readonly url: string; readonly from: string }
  | { readonly kind: 'folder'; readonly dir: string; readonly from: string };

export interface Config {
  readonly production: boolean;
  readonly role: Role;
  readonly logLevel: LogLevel;
  /** Without a trailing slash. With PORT=0 and no PUBLIC_URL it carries no port: the real one is known only after listening. */
  readonly publicUrl: string;
  /** Folder of everything kept outside a database server: embedded database, development keys, mails without SMTP. */
  readonly dataDir: string;
  readonly server: ServerConfig;
  readonly database: EmbeddedDatabaseConfig | PostgresDatabaseConfig;
  readonly redis: RedisConfig | null;
  readonly auth: AuthConfig;
  /** Base64 of 32 bytes each; the first wraps new keys, all unwrap. Empty only in development: make one. */
  readonly encryption: {
    readonly masterKeys: readonly string[];
    /** How long a process remembers the key of a person. */
    readonly keyCacheMs: number;
  };
  readonly payments: PaymentsConfig;
  readonly limits: TransportLimits;
  readonly stream: StreamConfig;
  readonly cache: CacheConfig;
  readonly handlers: HandlerConfig;
  readonly orders: { readonly expireAfterMs: number };
  readonly onboarding: { readonly welcomeMailWithinMs: number };
  readonly mail: MailConfig;
  /** Makes the first administrator while there is none. */
  readonly bootstrap: { readonly email: string; readonly password: string } | null;
  /** `/metrics` asks for the token, if there is one; null: there is no such page. */
  readonly metrics: { readonly token: string | null } | null;
  /** Fill an empty database with demo data at start. Never true in production. */
  readonly seedDemo: boolean;
  /** Sentences about settings that are allowed but probably not meant; for the log at start. */
  readonly warnings: readonly string[];
}

/** The configuration is wrong or dangerous. The message is one sentence per problem; it names the variables and repeats no value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => problem.sentence).join('\n'));
    this.problems = problems;
  }
}

/**
 * The checked configuration, deeply frozen. `machine.cores` only sets how many passwords are hashed at once by default.
 * @throws ConfigError with every problem found.
 */
export function loadConfig(
  env: Readonly<Record<string, string | undefined>>,
  machine: { readonly cores: number } = { cores: availableParallelism() },
): Config {
  const { settings, problems } = checkEnvironment(env);
  const refused = new Set(problems.flatMap((problem) => problem.variables));
  // A variable already refused stands at its fallback, which would look like another mistake.
  const dangers = findDangers(settings).filter((danger) => !danger.variables.some((name) => refused.has(name)));
  if (problems.length + dangers.length > 0) throw new ConfigError([...problems, ...dangers]);
  return deepFreeze(toConfig(settings, machine.cores));
}

function deepFreeze<Value extends object>(value: Value): Value {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  }
  return Object.freeze(value);
}
