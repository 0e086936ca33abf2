import { expect, test } from 'vitest';
import { createHandlerDeployment, readParked, untilSettled } from './handler-deployment.ts';
import { canary, courier } from './sample-handlers.ts';
import { appendEntries, entry, linesOf } from './sample-ledger.ts';

const ownCause = new Error('A circle.');
ownCause.cause = ownCause;
const textless = Object.assign(new Error('gone'), { message: undefined, name: 42 });

/** What is thrown, and what must be kept of it. */
const AWKWARD: Readonly<Record<string, readonly [thrown: unknown, errorClass: unknown, message: unknown]>> = {
  nul: [new Error('a\0b'), 'Error', 'ab'],
  surrogate: [new Error('a\ud800b'), 'Error', 'a\ufffdb'],
  name: [Object.assign(new Error('odd name'), { name: 'x\0\udc00'.repeat(200) }), expect.any(String), 'odd name'],
  megabyte: [new Error('m'.repeat(1_000_000)), 'Error', 'm'.repeat(2_000)],
  pair: [new Error(`${'m'.repeat(1_999)}😀`), 'Error', expect.stringMatching(/^m{1999}/)],
  text: ['only text', 'string', 'only text'],
  nothing: [undefined, 'undefined', 'undefined'],
  number: [0, 'number', '0'],
  symbol: [Symbol('odd'), 'symbol', 'Symbol(odd)'],
  bare: [Object.create(null), 'object', expect.any(String)],
  cause: [ownCause, 'Error', 'A circle.'],
  textless: [textless, expect.any(String), expect.any(String)],
};
const cases = Object.keys(AWKWARD);

test.for(['transactional', 'external'] as const)(
  'whatever a %s handler throws, its event is parked with what can be kept of it',
  async (kind) => {
    await using deployment = await createHandlerDeployment();
    const { sql } = deployment;
    const delivered: string[] = [];
    const inspect = (event: { readonly data: { readonly note: string } }): void => {
      const [thrown] = AWKWARD[event.data.note] ?? [];
      if (event.data.note !== '') throw thrown;
    };
    const retry = { maxAttempts: 1 };
    const handler =
      kind === 'transactional'
        ? canary({ name: 'awkward', inspect, retry })
        : courier({
            name: 'awkward',
            retry,
            // Each fails once, and a success in between: this is not about a dependency that is down.
            lanes: 1,
            concurrency: 1,
            deliver: async (event) => {
              inspect(event);
              delivered.push(event.aggregateId);
              return undefined;
            },
          });
    await using _node = await deployment.startNode([handler]);
    await appendEntries(
      sql,
      cases.flatMap((note) => [entry(note, { note }), entry(`after-${note}`)]),
    );
    await untilSettled(sql, 'awkward');
    const parked = await readParked(sql, 'awkward');
    expect(parked).toHaveLength(cases.length);
    for (const name of cases) {
      const [, errorClass, message] = AWKWARD[name] ?? [];
      expect(parked.find(({ ledger }) => ledger === name)).toMatchObject({
        state: 'dead',
        error_class: errorClass,
        error_message: message,
      });
    }
    expect(kind === 'transactional' ? (await linesOf(sql, 'awkward')).map(({ ledger }) => ledger) : delivered).toEqual(
      cases.map((note) => `after-${note}`),
    );
  },
);
