import { constants } from 'node:fs';
import { access, glob } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { runProgram } from './run-program.ts';

const DEBIAN_POSTGRES = '/usr/lib/postgresql/*/bin/initdb';
const APT_GET = '/usr/bin/apt-get';

/** The directory of `initdb` and `postgres`, of the newest version installed; installs Debian's package when it may. */
export async function findPostgresBinaries(): Promise<string> {
  return dirname(await findOrInstall('postgresql', async () => (await newestDebianPostgres()) ?? findOnPath('initdb')));
}

/** The path of `redis-server`; installs Debian's package when it may. */
export async function findRedisServer(): Promise<string> {
  return findOrInstall('redis-server', () => findOnPath('redis-server'));
}

async function findOrInstall(packageName: string, find: () => Promise<string | undefined>): Promise<string> {
  const found = (await find()) ?? ((await installDebianPackage(packageName)) ? await find() : undefined);
  if (found !== undefined) return found;
  throw new Error(
    `The tests need real servers, and ${packageName} is missing: install the packages postgresql and redis-server, ` +
      'or start a Docker engine, or set TEST_DATABASE_URL and TEST_REDIS_URL.',
  );
}

/** Whether it could: that takes root and apt-get. Throws when apt-get fails. */
export async function installDebianPackage(name: string): Promise<boolean> {
  if (process.getuid?.() !== 0 || !(await isExecutable(APT_GET))) return false;
  process.stderr.write(`Installing ${name} for the tests …\n`);
  const options = { env: { DEBIAN_FRONTEND: 'noninteractive' } };
  await runProgram(APT_GET, ['update'], options);
  await runProgram(
    APT_GET,
    ['install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', name],
    options,
  );
  return true;
}

async function newestDebianPostgres(): Promise<string | undefined> {
  const found = await Array.fromAsync(glob(DEBIAN_POSTGRES));
  return found.sort((one, other) => versionOf(one) - versionOf(other)).at(-1);
}

function versionOf(path: string): number {
  return Number(path.split('/')[4]);
}

async function findOnPath(name: string): Promise<string | undefined> {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(directory, name);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
