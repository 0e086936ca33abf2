import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secretKey, secretPhrase } from '../support/canaries.ts';
import { CommitCutter } from '../support/commit-cutter.ts';
import { findFreePort } from '../support/free-port.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts';
import { SupervisedProcess } from './supervised-process.ts';

export const ADMINISTRATOR = { email: 'root@example.com', password: secretPhrase('of the first administrator') };
const LEASE_MS = 1_500;

/** Two API and two worker processes on servers of their own. */
export interface Deployment extends AsyncDisposable {
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  readonly mail: SmtpSink;
  /** Between PostgreSQL and the first process of each role. */
  readonly commits: CommitCutter;
  readonly apis: readonly [SupervisedProcess, SupervisedProcess];
  readonly workers: readonly [SupervisedProcess, SupervisedProcess];
  readonly processes: readonly SupervisedProcess[];
}

/** `settings` are PostgreSQL's and win over those that keep what was acknowledged. */
export async function startDeployment(settings: Readonly<Record<string, string>>): Promise<Deployment> {
  await using cleanup = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-reliability-'));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  const [postgres, redis, mail] = await Promise.all([
    startPostgres({ durable: true, settings }),
    startRedis(),
    startSmtpSink(),
  ]);
  for (const server of [postgres, redis, mail]) cleanup.use(server);
  const commits = cleanup.use(await CommitCutter.listen(postgres.url));
  const env = {
    REDIS_URL: redis.url,
    SMTP_URL: mail.url,
    MAIL_FROM: 'Signalbox <signalbox@example.com>',
    SIGNALBOX_DATA_DIR: folder,
    SIGNALBOX_SIGNING_KEY: secretKey(),
    SIGNALBOX_MASTER_KEY: secretKey(),
    SIGNALBOX_BOOTSTRAP_EMAIL: ADMINISTRATOR.email,
    SIGNALBOX_BOOTSTRAP_PASSWORD: ADMINISTRATOR.password,
    SIGNALBOX_ACCESS_TOKEN_MINUTES: '15',
    // A client that waits until a request is surely over may still repeat its exchange.
    SIGNALBOX_REFRESH_GRACE_SECONDS: '30',
    SIGNALBOX_HANDLER_LEASE_MS: String(LEASE_MS),
    // What failed while a server was away is tried again soon after it is back.
    SIGNALBOX_HANDLER_RETRY_MAX_MS: '1000',
    SIGNALBOX_HANDLER_MAX_ATTEMPTS: '50',
  };
  const makeProcess = async (role: 'api' | 'worker', number: number): Promise<SupervisedProcess> => {
    const place = {
      SIGNALBOX_ROLE: role,
      PORT: String(await findFreePort()),
      DATABASE_URL: number === 1 ? commits.url : postgres.url,
    };
    return cleanup.use(new SupervisedProcess(`${role} ${number}`, { ...env, ...place }));
  };
  const apis = [await makeProcess('api', 1), await makeProcess('api', 2)] as const;
  const workers = [await makeProcess('worker', 1), await makeProcess('worker', 2)] as const;
  const processes = [...apis, ...workers];
  // The first migrates the database; the others would only wait for it.
  for (const each of processes) await each.start();
  const owned = cleanup.move();
  return {
    postgres,
    redis,
    mail,
    commits,
    apis,
    workers,
    processes,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
