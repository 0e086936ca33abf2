import { parseRandomKey, parseSigningKey, RANDOM_KEY } from './secret-key.ts';
import { parseRedisUrls, type RedisServers } from './redis-urls.ts';
import {
  flag,
  hasControlCharacter,
  isEmail,
  isMailSender,
  isUrl,
  listOf,
  matching,
  oneOf,
  parseAddressRange,
  parseOrigin,
  parsePublicUrl,
  wholeNumber,
  type Variable,
} from './variable.ts';

const KIB = 1024;
const POSTGRES = ['postgres:', 'postgresql:'];

function isPassword(text: string): boolean {
  const codePoints = [...text].length;
  return codePoints >= 8 && codePoints <= 128;
}

function isHost(text: string): boolean {
  return /^[A-Za-z0-9._:-]{1,253}$/.test(text);
}

/**
 * Every environment variable the server reads. A fallback of null means "not set", and `loadConfig` decides what follows.
 * The limits can be made stricter, never looser: their highest value is the one of SECURITY.md (`mostOf` says so).
 */
export const VARIABLES = {
  NODE_ENV: oneOf(
    ['development', 'production', 'test'],
    'development',
    'Production refuses what only development may do',
  ),
  PORT: wholeNumber(0, 65_535, 4000, 'TCP port; 0 lets the system choose'),
  HOST: matching(
    isHost,
    'a host name or an IP address',
    null,
    'Address to listen on; 127.0.0.1, in production 0.0.0.0',
  ),
  PUBLIC_URL: {
    meaning: 'Where clients and the links in mails reach the server; http://localhost and the port',
    must: 'an http or https URL without credentials, query and fragment',
    fallback: null,
    parse: parsePublicUrl,
  } satisfies Variable<string | null>,
  LOG_LEVEL: oneOf(
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    'info',
    'Least severe log line written',
  ),
  DATABASE_URL: matching(
    (text) => isUrl(text, POSTGRES),
    'a postgres:// or postgresql:// URL',
    null,
    'PostgreSQL; without it the embedded database',
  ),
  DATABASE_READ_URL: matching(
    (text) => isUrl(text, POSTGRES),
    'a postgres:// or postgresql:// URL',
    null,
    'Replica for reads that may lag',
  ),
  REDIS_URL: {
    meaning: 'Redis, the nodes of a Redis Cluster, or Sentinels; without it processes find new events by polling',
    must:
      'a redis:// or rediss:// URL, or a comma list of the nodes of one cluster, all of one scheme and without a database number, ' +
      'or redis+sentinel:// or rediss+sentinel:// with host:port,host:port/name',
    fallback: null,
    parse: parseRedisUrls,
  } satisfies Variable<RedisServers | null>,
  SIGNALBOX_REDIS_CA_FILE: matching(
    (text) => !hasControlCharacter(text),
    'the path of a file of certificates in PEM form',
    null,
    'File of the certificates (PEM) that vouch for Redis at a rediss:// URL; those that Node trusts',
  ),
  SIGNALBOX_REDIS_CERT_FILE: matching(
    (text) => !hasControlCharacter(text),
    'the path of a file of certificates in PEM form',
    null,
    'File of the certificate (PEM) that this process shows to Redis, where Redis asks for one',
  ),
  SIGNALBOX_REDIS_KEY_FILE: matching(
    (text) => !hasControlCharacter(text),
    'the path of the file of a private key in PEM form',
    null,
    'File of the private key (PEM, without a passphrase) of that certificate',
  ),
  SMTP_URL: matching(
    (text) => isUrl(text, ['smtp:', 'smtps:']),
    'an smtp:// or smtps:// URL',
    null,
    'Mail server; without it mails are files',
  ),
  MAIL_FROM: matching(isMailSender, 'one address, as user@host or Name <user@host>', null, 'Sender of every mail'),
  SIGNALBOX_ROLE: oneOf(['all', 'api', 'worker'], 'all', 'What this process does'),
  SIGNALBOX_DATA_DIR: matching(
    (text) => !hasControlCharacter(text),
    'a folder',
    '.data',
    'Embedded database, development keys, mails without SMTP',
  ),
  SIGNALBOX_MIGRATE: oneOf(
    ['auto', 'never'],
    null,
    'Migrate the database at start; auto in development, never in production',
  ),
  SIGNALBOX_MASTER_KEY: listOf(
    parseRandomKey,
    `${RANDOM_KEY}, or a comma list of such keys`,
    'Wraps the keys of sensitive data; the first wraps, all unwrap',
  ),
  SIGNALBOX_KEY_CACHE_SECONDS: wholeNumber(1, 60, 30, 'How long a process remembers the keys of sensitive data'),
  SIGNALBOX_SIGNING_KEY: listOf(
    parseSigningKey,
    `${RANDOM_KEY}, a PEM private key, or a comma list of such keys`,
    'Signs access tokens; the first signs, all verify',
  ),
  SIGNALBOX_BOOTSTRAP_EMAIL: matching(
    isEmail,
    'an e-mail address',
    null,
    'First administrator, made while there is none',
  ),
  SIGNALBOX_BOOTSTRAP_PASSWORD: {
    ...matching(isPassword, '8 to 128 characters long', null, 'Password of the first administrator'),
    verbatim: true,
  },
  SIGNALBOX_METRICS_TOKEN: matching(
    (text) => /^[\x21-\x7e]{16,256}$/.test(text),
    '16 to 256 printable characters without blanks',
    null,
    'Bearer token of /metrics; without it there is no such page in production',
  ),
  SIGNALBOX_SEED_DEMO: flag('Fill an empty database with demo data at start'),
  SIGNALBOX_ALLOWED_ORIGINS: listOf(
    parseOrigin,
    'a comma list of origins, each as scheme://host or scheme://host:port (no wildcard)',
    "Web origins that may call, besides the public URL's",
  ),
  SIGNALBOX_TRUSTED_PROXIES: listOf(
    parseAddressRange,
    'a comma list of IP addresses or CIDR ranges, none of them /0',
    'Proxies whose X-Forwarded headers count',
  ),
  SIGNALBOX_DRAIN_MS: wholeNumber(0, 10_000, 8000, 'Time to finish running work when stopping'),

  SIGNALBOX_DATABASE_POOL_SIZE: wholeNumber(2, 200, 10, 'Connections of one process to each database URL'),
  SIGNALBOX_DATABASE_POOL_WAIT_MS: wholeNumber(50, 30_000, 5000, 'Longest wait for a free connection'),
  SIGNALBOX_DATABASE_STATEMENT_TIMEOUT_MS: wholeNumber(50, 5000, 5000, 'Longest run of one SQL statement'),
  SIGNALBOX_DATABASE_IDLE_IN_TRANSACTION_MS: wholeNumber(50, 60_000, 5000, 'Longest pause inside a transaction'),
  SIGNALBOX_DATABASE_READ_MAX_LAG_MS: wholeNumber(100, 60_000, 5000, 'How far the replica may be behind to be read'),
  SIGNALBOX_DATABASE_UNNAMED_STATEMENTS: flag('For a pooler that keeps no prepared statements'),

  SIGNALBOX_LIMIT_BODY_ANONYMOUS_BYTES: mostOf(100 * KIB, 'Request body without a valid token'),
  SIGNALBOX_LIMIT_BODY_AUTHENTICATED_BYTES: mostOf(1024 * KIB, 'Request body with a valid token'),
  SIGNALBOX_LIMIT_DOCUMENT_BYTES: mostOf(20 * KIB, 'GraphQL document'),
  SIGNALBOX_LIMIT_WS_MESSAGE_BYTES: mostOf(100 * KIB, 'One WebSocket message'),
  SIGNALBOX_LIMIT_OPERATIONS_PER_SOCKET: mostOf(20, 'Operations running on one WebSocket'),
  SIGNALBOX_LIMIT_SOCKET_MESSAGES_PER_SECOND: wholeNumber(1, 10_000, 1000, 'Messages read from one WebSocket'),
  SIGNALBOX_LIMIT_CONNECTIONS_PER_ADDRESS: wholeNumber(
    1,
    10_000,
    5000,
    'WebSockets and event streams of one address at one process',
  ),
  SIGNALBOX_LIMIT_CONNECTIONS_PER_USER: wholeNumber(
    1,
    10_000,
    2500,
    'WebSockets and event streams of one person at one process',
  ),
  SIGNALBOX_LIMIT_CONNECTIONS_PER_SECOND: wholeNumber(
    1,
    10_000,
    100,
    'Those that one address, and one person, opens a second',
  ),
  SIGNALBOX_LIMIT_CONNECTION_INIT_MS: mostOf(3000, 'Time for connection_init on a new WebSocket'),
  SIGNALBOX_LIMIT_OPERATION_TIMEOUT_MS: mostOf(10_000, 'Longest run of one query or mutation'),
  SIGNALBOX_LIMIT_IMPORT_TIMEOUT_MS: mostOf(60_000, 'Longest run of importUsers'),
  SIGNALBOX_LIMIT_TOKENS: mostOf(1000, 'Tokens of one document'),
  SIGNALBOX_LIMIT_DEPTH: mostOf(8, 'Nesting of one operation'),
  SIGNALBOX_LIMIT_ALIASES: mostOf(15, 'Aliases of one operation'),
  SIGNALBOX_LIMIT_DIRECTIVES: mostOf(20, 'Directives of one operation'),
  SIGNALBOX_LIMIT_ROOT_FIELDS: wholeNumber(1, 20, 10, 'Root fields of one operation'),
  SIGNALBOX_LIMIT_COST: wholeNumber(1, 10_000, 5000, 'Computed cost of one operation'),

  SIGNALBOX_ACCESS_TOKEN_MINUTES: wholeNumber(1, 15, 10, 'Life of an access token'),
  SIGNALBOX_REFRESH_DAYS: wholeNumber(1, 90, 30, 'Life of a session from login, however often refreshed'),
  SIGNALBOX_REFRESH_GRACE_SECONDS: wholeNumber(0, 30, 10, 'How long a refresh whose answer was lost may be repeated'),
  SIGNALBOX_ARGON2_MEMORY_KIB: wholeNumber(19_456, 1_048_576, 19_456, 'Memory of one password hash'),
  SIGNALBOX_ARGON2_TIME: wholeNumber(2, 20, 2, 'Passes of one password hash'),
  SIGNALBOX_ARGON2_PARALLELISM: wholeNumber(1, 16, 1, 'Lanes of one password hash'),
  SIGNALBOX_HASH_CONCURRENCY: {
    ...wholeNumber(1, 256, 0, 'Password hashes running at once; twice the processor cores'),
    fallback: null,
  } satisfies Variable<number | null>,

  SIGNALBOX_STREAM_POLL_MIN_MS: wholeNumber(5, 10_000, 25, 'Pause of the relay after events that nobody told of'),
  SIGNALBOX_STREAM_POLL_MAX_MS: wholeNumber(5, 10_000, 1000, 'Pause of the relay while nothing comes'),
  SIGNALBOX_STREAM_BATCH_SIZE: wholeNumber(1, 5000, 500, 'Events read or numbered at once'),
  SIGNALBOX_STREAM_RING_SIZE: wholeNumber(16, 65_536, 4096, 'Events kept in memory for live subscribers'),
  SIGNALBOX_STREAM_HEARTBEAT_SECONDS: wholeNumber(1, 60, 15, 'Seconds between two heartbeats of a connection'),
  SIGNALBOX_STREAM_LAG_SECONDS: wholeNumber(1, 3_600, 60, 'How long a subscriber that reads too slowly is waited for'),
  SIGNALBOX_CACHE_MAX_ITEMS: wholeNumber(1, 1_000_000, 10_000, 'Answers one process keeps in memory'),
  SIGNALBOX_CACHE_MAX_BYTES: wholeNumber(
    1024,
    1024 ** 3,
    32 * 1024 ** 2,
    'Size of the answers one process keeps in memory',
  ),
  SIGNALBOX_CACHE_LOCAL_SECONDS: wholeNumber(1, 10, 10, 'How long a process keeps an answer in memory'),
  SIGNALBOX_CACHE_SHARED_SECONDS: wholeNumber(1, 60, 60, 'How long an answer stays in Redis'),
  SIGNALBOX_HANDLER_LEASE_MS: wholeNumber(200, 4000, 3000, 'How long a dead process keeps its handlers'),
  SIGNALBOX_HANDLER_BATCH_SIZE: wholeNumber(1, 1000, 100, 'Events one handler takes at once'),
  SIGNALBOX_HANDLER_RETRY_BASE_MS: wholeNumber(1, 60_000, 200, 'First pause before a failed event is tried again'),
  SIGNALBOX_HANDLER_RETRY_MAX_MS: wholeNumber(
    1,
    3_600_000,
    60_000,
    'Longest pause before a failed event is tried again',
  ),
  SIGNALBOX_HANDLER_MAX_ATTEMPTS: wholeNumber(1, 100, 8, 'Tries of one event before it becomes a dead letter'),
  SIGNALBOX_PAYMENT_TIMEOUT_MS: wholeNumber(50, 8000, 6000, 'Longest wait for the payment gateway'),
  SIGNALBOX_PAYMENT_SETTLE_MS: wholeNumber(100, 3_600_000, 15_000, 'Age at which an unfinished payment is asked about'),
  SIGNALBOX_ORDER_EXPIRY_SECONDS: wholeNumber(1, 30 * 86_400, 3600, 'Age at which an unpaid order is cancelled'),
  SIGNALBOX_WELCOME_MAIL_SECONDS: wholeNumber(
    1,
    30 * 86_400,
    86_400,
    'How long a registration waits for its welcome mail',
  ),
} as const;

export type VariableName = keyof typeof VARIABLES;
type ValueOf<Entry> = Entry extends { fallback: infer Fallback; parse: (text: string) => infer Parsed }
  ? Fallback | Exclude<Parsed, undefined>
  : never;

/** The checked value of every variable. */
export type Settings = { readonly [Name in VariableName]: ValueOf<(typeof VARIABLES)[Name]> };

/**
 * What Kubernetes puts into every container for a service whose name begins with "signalbox". Nobody set these by hand.
 * `SIGNALBOX_PORT` is one of them, told from a mistaken `PORT` by its value.
 */
const SERVICE_LINK =
  /^SIGNALBOX(_[A-Z0-9]+)*_(SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/;
const SERVICE_LINK_ADDRESS = /^(tcp|udp|sctp):\/\//;

/**
 * The variables that concern the server: those it knows, and any other named `SIGNALBOX_…`, so that a misspelt one is refused
 * by `loadConfig` and not ignored. Blank ones count as not set, as they do in a compose file.
 */
export function readEnv(source: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const concerning = Object.entries(source).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && entry[1].trim() !== '' && concernsServer(entry[0], entry[1]),
  );
  return Object.fromEntries(concerning);
}

function concernsServer(name: string, text: string): boolean {
  if (isVariable(name)) return true;
  if (!name.toUpperCase().startsWith('SIGNALBOX_')) return false;
  return !SERVICE_LINK.test(name) && !(name.endsWith('_PORT') && SERVICE_LINK_ADDRESS.test(text));
}

export function isVariable(name: string): name is VariableName {
  return Object.hasOwn(VARIABLES, name);
}

function mostOf(highest: number, meaning: string): Variable<number> {
  return wholeNumber(1, highest, highest, meaning);
}
