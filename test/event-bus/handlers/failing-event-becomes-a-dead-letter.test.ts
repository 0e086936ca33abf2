import { expect, test } from 'vitest';
import { createHandlerDeployment, readParked, untilSettled } from './handler-deployment.ts';
import { canary, courier } from './sample-handlers.ts';
import { appendEntries, ascending, entry, linesOf } from './sample-ledger.ts';

class LedgerTornError extends Error {
  override readonly name = 'LedgerTornError';
}

const SIX = [
  entry('torn', { note: 'whole' }),
  entry('torn', { note: 'torn' }),
  entry('torn'),
  entry('sound'),
  entry('torn'),
  entry('sound'),
];

test.for(['transactional', 'external'] as const)(
  'after its last attempt an event of a %s handler is a dead letter, the aggregate waits behind it, and nothing else does',
  async (kind) => {
    await using deployment = await createHandlerDeployment();
    const { sql } = deployment;
    const delivered: string[] = [];
    const inspect = (event: { readonly data: { readonly note: string } }): void => {
      if (event.data.note === 'torn') throw new LedgerTornError('The page is torn.');
    };
    const retry = { maxAttempts: 3 };
    const failing =
      kind === 'transactional'
        ? canary({ name: 'failing', inspect, retry })
        : courier({
            name: 'failing',
            retry,
            deliver: async (event) => {
              inspect(event);
              delivered.push(event.id);
              return undefined;
            },
          });
    await using _node = await deployment.startNode([failing, canary({ name: 'neighbour' })]);
    const ids = await appendEntries(sql, SIX);
    await untilSettled(sql, 'failing');
    await untilSettled(sql, 'neighbour');

    expect(await readParked(sql, 'failing')).toEqual([
      {
        event_id: ids[1],
        ledger: 'torn',
        state: 'dead',
        attempts: 3,
        error_class: 'LedgerTornError',
        error_message: 'The page is torn.',
      },
      ...[ids[2], ids[4]].map((event_id) => ({
        event_id,
        ledger: 'torn',
        state: 'waiting',
        attempts: 0,
        error_class: null,
        error_message: null,
      })),
    ]);
    const handled = kind === 'transactional' ? (await linesOf(sql, 'failing')).map((line) => line.event_id) : delivered;
    expect(handled.toSorted(ascending)).toEqual([ids[0], ids[3], ids[5]].toSorted(ascending));
    expect((await linesOf(sql, 'neighbour')).map((line) => line.event_id)).toEqual(ids);
    const [{ last_error } = { last_error: null }] = await sql<{ last_error: string | null }>(
      `select last_error from handler where name = 'failing'`,
    );
    expect(last_error).toBe('The page is torn.');
  },
);
