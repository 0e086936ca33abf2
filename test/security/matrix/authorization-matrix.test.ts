import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildSchema } from '../../../src/schema.ts';
import type { GraphqlClient } from '../../support/graphql-client.ts';
import { watchRedis } from '../../support/redis-traffic.ts';
import { startTestApp } from '../../support/test-app.ts';
import { waitFor } from '../../support/wait-for.ts';
import { CANARY, makeFixtures, OWNERS_PASSWORD, PRINCIPALS } from './fixtures.ts';
import { printMatrix, runMatrix } from './matrix.ts';

const REVIEWED = join(import.meta.dirname, '../../../docs/authorization-matrix.txt');
/** Until every handler that runs is through with what the fixtures recorded. */
async function untilSettled(admin: GraphqlClient): Promise<void> {
  const isIdle = async (): Promise<boolean> => {
    const { handlers } = await admin.ask<{ handlers: { lag: number; status: string }[] }>(
      '{ handlers { lag status } }',
    );
    return handlers.every(({ lag, status }) => lag === 0 || status === 'PAUSED');
  };
  await waitFor(isIdle, { describe: 'the handlers to be idle', timeoutMs: 60_000 });
}

const TIME_LIMIT_MS = 480_000;

test(
  'everybody gets of every field, by every way, what the reviewed matrix says, whoever asked before',
  async () => {
    await using app = await startTestApp({
      env: { SIGNALBOX_TRUSTED_PROXIES: '127.0.0.1', SIGNALBOX_ACCESS_TOKEN_MINUTES: '15' },
    });
    await using traffic = await watchRedis(app.deployment.env['REDIS_URL'] ?? '');
    const schema = buildSchema();
    const fixtures = await makeFixtures(app);
    await untilSettled(app.admin.client);
    const run = (which: 'reads' | 'writes', order = PRINCIPALS.slice()) =>
      runMatrix(app.url, schema, fixtures, order, which);
    const back = PRINCIPALS.toReversed();
    // What is done changes what there is to see, so everybody looks before anybody acts.
    const [reads, readsBack] = [await run('reads'), await run('reads', back)];
    const [writes, writesBack] = [await run('writes'), await run('writes', back)];

    const text = printMatrix(schema, [reads, writes]);
    if (process.env['WRITE_MATRIX'] !== undefined) await writeFile(REVIEWED, text);
    expect(printMatrix(schema, [readsBack, writesBack])).toBe(text);
    expect([reads, readsBack, writes, writesBack].flatMap(({ leaks }) => leaks)).toEqual([]);
    expect(text).toBe(await readFile(REVIEWED, 'utf8'));

    expect(app.logs.filter((line) => line.includes(CANARY))).toEqual([]);
    // The cache may hold orders for a minute; nobody's name, address or password.
    const { email, firstName, lastName, username } = fixtures.owner.user;
    const personal = [email, firstName, lastName, username, OWNERS_PASSWORD];
    expect(personal.filter((text) => traffic.text.includes(text))).toEqual([]);
    const folder = join(app.deployment.env['SIGNALBOX_DATA_DIR'] ?? '', 'mail');
    for (const name of await readdir(folder).catch(() => [])) {
      const mail = await readFile(join(folder, name), 'utf8');
      const isTheirs =
        mail.includes(`<${fixtures.owner.user.email}>`) || mail.includes(`To: ${fixtures.owner.user.email}`);
      expect([name, isTheirs || !mail.includes(CANARY)]).toEqual([name, true]);
    }
  },
  TIME_LIMIT_MS,
);
