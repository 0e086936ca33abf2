import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { HandlerProcess } from '../../support/handler-process.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createHandlerDeployment } from './handler-deployment.ts';
import { appendEntries, entries, linesOf, orderFaults, sumOf, totalOf } from './sample-ledger.ts';

const COUNT = 20_000;
const AGGREGATES = 200;
const MAY_GROW = 300 * 1024 ** 2;

interface Noted {
  readonly eventId: string;
  readonly ledger: string;
  readonly version: number;
  readonly process: number;
}

test('two workers work off a backlog of 20,000 events completely, in order, and without growing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-test-effects-'));
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'effects');
  const deployment = cleanup.use(await createHandlerDeployment());
  const { sql, env } = deployment;
  const made = entries(COUNT, AGGREGATES);
  await appendEntries(sql, made);
  // As long as may be, so that a busy machine loses none: an effect under way would be repeated then.
  const settings = { ...env, SIGNALBOX_HANDLER_LEASE_MS: '4000' };
  const options = { env: settings, sinkUrl: pathToFileURL(file).href, lanes: 4 };
  const workers = await Promise.all([HandlerProcess.start(options), HandlerProcess.start(options)]);
  for (const worker of workers) cleanup.use(worker);
  const atStart = await Promise.all(workers.map((worker) => worker.residentBytes()));
  const grown = [0, 0];
  await waitFor(
    async () => {
      for (const [index, worker] of workers.entries()) {
        grown[index] = Math.max(grown[index] ?? 0, (await worker.residentBytes()) - (atStart[index] ?? 0));
      }
      const [row] = await sql<{ done: boolean }>(
        `select min(position) >= $1 as done from handler_lane where handler in ('canary', 'courier')`,
        [COUNT],
      );
      return row?.done;
    },
    { describe: 'the backlog to be worked off', timeoutMs: 100_000 },
  );

  expect(await totalOf(sql, 'canary')).toBe(sumOf(made));
  const lines = await linesOf(sql, 'canary');
  expect(lines).toHaveLength(COUNT);
  expect(orderFaults(lines)).toEqual([]);
  const noted = (await readFile(file, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Noted);
  expect(noted).toHaveLength(COUNT);
  expect(orderFaults(noted)).toEqual([]);
  expect(new Set(noted.map((note) => note.process))).toEqual(new Set(workers.map(({ pid }) => pid)));
  expect(Math.max(...grown)).toBeLessThan(MAY_GROW);
}, 120_000);
