import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { migrate } from '../../src/database/migrator.ts';
import { secretKey } from '../support/canaries.ts';
import { bootstrap, createUser } from '../support/factories.ts';
import { findFreePort } from '../support/free-port.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { startRedis } from '../support/redis-server.ts';
import { SignalboxProcess } from '../support/signalbox-process.ts';
import { waitFor } from '../support/wait-for.ts';

async function statusOf(url: string, path: string): Promise<number> {
  return (await fetch(new URL(path, url))).status;
}

test('without PostgreSQL, Redis and the mail server the process stays, says that it is not ready, and recovers', async () => {
  await using postgres = await startPostgres({ durable: true });
  await using redis = await startRedis();
  await using cleanup = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-test-data-'));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  await migrate(postgres.url);
  await using server = await SignalboxProcess.start({
    PORT: '0',
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    // Nobody listens there.
    SMTP_URL: `smtp://127.0.0.1:${await findFreePort()}`,
    MAIL_FROM: 'robot@example.com',
    SIGNALBOX_DATA_DIR: folder,
    SIGNALBOX_SIGNING_KEY: secretKey(),
  });
  const url = server.url ?? '';
  const admin = await bootstrap(server.client, await server.bootstrapToken());
  const person = await createUser(admin.client);

  await redis.kill();
  await createUser(admin.client);
  expect(await statusOf(url, '/health/ready')).toBe(200);

  await postgres.kill();
  await waitFor(async () => (await statusOf(url, '/health/ready')) === 503, { describe: 'the process to be unready' });
  expect(await statusOf(url, '/health/live')).toBe(200);
  const { status, result } = await admin.client.send('query ($id: ID!) { user(id: $id) { email } }', { id: person.id });
  expect(status).toBeGreaterThanOrEqual(500);
  expect(JSON.stringify(result)).not.toMatch(/ECONN|127\.0\.0\.1|postgres|\bat (?!the moment\.)/i);

  await postgres.restart();
  await redis.restart();
  await waitFor(async () => (await statusOf(url, '/health/ready')) === 200, {
    describe: 'the process to be ready again',
    timeoutMs: 30_000,
  });
  expect((await createUser(admin.client)).version).toBe(2);
  server.signal('SIGTERM');
  expect(await server.untilEnded()).toEqual({ code: 0, signal: null });
}, 120_000);
