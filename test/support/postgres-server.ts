import { randomBytes } from 'node:crypto';
import { chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startContainer } from './container-server.ts';
import { findFreePort } from './free-port.ts';
import { withPostgres } from './postgres-client.ts';
import type { PrivateServer } from './private-server.ts';
import { runProgram } from './run-program.ts';
import { findPostgresBinaries } from './server-binaries.ts';
import { createServerDirectory, type ServerDirectory } from './server-directory.ts';
import { startServerProcess } from './server-process.ts';

const IMAGE = 'postgres:17-bookworm';
const USER = 'postgres';

type Settings = Readonly<Record<string, string>>;

export interface PostgresOptions {
  /**
   * True for tests that kill the server: fsync, synchronous_commit and full_page_writes are on as in production, so that
   * what was acknowledged is found again. By default all three are off, which is faster.
   */
  readonly durable?: boolean;
  /** Further server settings, e.g. `{ synchronous_commit: 'on' }`; they win over the defaults. */
  readonly settings?: Settings;
}

export type PostgresServer = PrivateServer;

/** A private PostgreSQL: in a container where a Docker engine answers, else from installed binaries. The URL is a superuser's. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const password = randomBytes(12).toString('hex');
  const settings = settingsOf(options);
  const container = await startContainer({
    image: IMAGE,
    command: ['postgres', ...asArguments(settings)],
    environment: { POSTGRES_PASSWORD: password },
    port: 5432,
    urlOf: (host, port) => urlOf(password, host, port),
    isReady: answersQueries,
  });
  return container ?? startInstalledPostgres(password, settings);
}

async function startInstalledPostgres(password: string, settings: Settings): Promise<PostgresServer> {
  return startOnNewCluster(password, settings, (binaries, data, directory) =>
    initialise(join(binaries, 'initdb'), data, password, directory),
  );
}

export interface ReplicatedPostgres extends AsyncDisposable {
  readonly primary: PostgresServer;
  /** A physical copy that follows the primary's log and takes no writes. */
  readonly replica: PostgresServer;
}

/** Two private servers from installed binaries, the second a streaming replica of the first. */
export async function startReplicatedPostgres(): Promise<ReplicatedPostgres> {
  await using cleanup = new AsyncDisposableStack();
  const password = randomBytes(12).toString('hex');
  const settings = settingsOf({ settings: { max_connections: '60' } });
  const primary = cleanup.use(await startInstalledPostgres(password, settings));
  const replica = cleanup.use(
    await startOnNewCluster(password, settings, async (binaries, data, { account, path }) => {
      await runProgram(
        join(binaries, 'pg_basebackup'),
        ['-D', data, '-d', primary.url, '--write-recovery-conf', '--checkpoint=fast', '--no-sync'],
        { cwd: path, ...account },
      );
    }),
  );
  const owned = cleanup.move();
  return { primary, replica, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** A server of its own directory; `make` fills its folder of data. */
async function startOnNewCluster(
  password: string,
  settings: Settings,
  make: (binaries: string, data: string, directory: ServerDirectory) => Promise<void>,
): Promise<PostgresServer> {
  const binaries = await findPostgresBinaries();
  await using cleanup = new AsyncDisposableStack();
  const directory = cleanup.use(await createServerDirectory('postgres', 'SIGINT'));
  const data = join(directory.path, 'data');
  await make(binaries, data, directory);
  const port = await findFreePort();
  const url = urlOf(password, '127.0.0.1', port);
  const network = { port: String(port), listen_addresses: '127.0.0.1', unix_socket_directories: '' };
  const server = await startServerProcess({
    command: join(binaries, 'postgres'),
    arguments: ['-D', data, ...asArguments({ ...settings, ...network })],
    url,
    port,
    directory,
    isReady: () => answersQueries(url),
  });
  cleanup.move();
  return server;
}

async function initialise(initdb: string, data: string, password: string, directory: ServerDirectory): Promise<void> {
  const passwordFile = join(directory.path, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  const { account } = directory;
  if (account !== undefined) await chown(passwordFile, account.uid, account.gid);
  const cluster = ['--encoding=UTF8', '--locale=C.UTF-8', '--auth=scram-sha-256', `--username=${USER}`];
  await runProgram(initdb, ['-D', data, `--pwfile=${passwordFile}`, '--no-sync', ...cluster], {
    cwd: directory.path,
    ...account,
  });
}

function settingsOf({ durable = false, settings = {} }: PostgresOptions): Settings {
  const durability = durable ? 'on' : 'off';
  return {
    fsync: durability,
    synchronous_commit: durability,
    full_page_writes: durability,
    max_connections: '300',
    log_min_messages: 'fatal',
    timezone: 'UTC',
    ...settings,
  };
}

function asArguments(settings: Settings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function urlOf(password: string, host: string, port: number): string {
  return `postgresql://${USER}:${password}@${host}:${port}/postgres`;
}

async function answersQueries(url: string): Promise<boolean> {
  await withPostgres(url, (client) => client.query('select 1'));
  return true;
}
