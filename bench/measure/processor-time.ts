import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { withRedis } from '../../test/support/redis-client.ts';

/** Linux counts the time of processes in hundredths of a second. */
const TICK_US = 10_000;

/**
 * Microseconds of processor time used so far by this process and, on Linux with a server on this machine, by PostgreSQL
 * with its children (elsewhere NaN) and Redis, where there is one.
 */
export class ProcessorClock {
  readonly #postmaster: number | null;
  readonly #redis: number | null;

  private constructor(postmaster: number | null, redis: number | null) {
    this.#postmaster = postmaster;
    this.#redis = redis;
  }

  static async of(databaseUrl: string, redisUrl?: string): Promise<ProcessorClock> {
    const redis = redisUrl === undefined ? null : await redisProcess(redisUrl);
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      const { rows } = await client.query<{ pid: number }>(
        `select split_part(pg_read_file('postmaster.pid'), chr(10), 1)::int as pid`,
      );
      const pid = rows[0]?.pid ?? 0;
      return new ProcessorClock((await nameOf(pid)).startsWith('postgres') ? pid : null, redis);
    } finally {
      await client.end();
    }
  }

  /** Of this process; read it last before and first after what is measured, for reading the server's costs time itself. */
  client(): number {
    const { user, system } = process.cpuUsage();
    return user + system;
  }

  /** Children that ended are in the count of their parent, so that the sum never goes back. */
  async server(): Promise<number> {
    if (this.#postmaster === null) return Number.NaN;
    let ticks = 0;
    for (const entry of await readdir('/proc')) {
      if (!/^\d+$/.test(entry)) continue;
      const fields = await statusFields(Number(entry));
      if (Number(entry) === this.#postmaster) ticks += sum(fields.slice(11, 15));
      else if (Number(fields[1]) === this.#postmaster || Number(entry) === this.#redis)
        ticks += sum(fields.slice(11, 13));
    }
    return ticks * TICK_US;
  }
}

async function redisProcess(url: string): Promise<number | null> {
  const info = await withRedis(url, (client) => client.info('server'));
  const pid = Number(/process_id:(\d+)/.exec(info)?.[1]);
  return (await nameOf(pid)).startsWith('redis') ? pid : null;
}

/** The fields of /proc/<pid>/stat after the name; none when the process is gone. */
async function statusFields(pid: number): Promise<string[]> {
  const text = await readOrNothing(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

async function nameOf(pid: number): Promise<string> {
  return readOrNothing(`/proc/${pid}/comm`);
}

async function readOrNothing(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ESRCH') return '';
    throw error;
  }
}

function sum(fields: readonly string[]): number {
  return fields.reduce((total, field) => total + Number(field), 0);
}
