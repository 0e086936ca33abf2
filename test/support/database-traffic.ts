import { createRequire } from 'node:module';
import type pg from 'pg';

// The one that the ORM brings along, which need not be ours.
const { Connection } = createRequire(import.meta.resolve('@mikro-orm/postgresql'))('pg') as typeof pg;

interface SentStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** What went to PostgreSQL in one round trip. */
export type SentBatch = readonly SentStatement[];

/** By connection and name: a statement's text is sent once, when it is prepared, so this listens from the beginning. */
const texts = new WeakMap<pg.Connection, Map<string, string>>();
const unsent = new WeakMap<pg.Connection, SentStatement[]>();
const listeners = new Set<SentBatch[]>();

// oxlint-disable-next-line typescript/unbound-method -- called on the connection they were called on
const { parse, bind, sync } = Connection.prototype;
Connection.prototype.parse = function (statement, more) {
  const known = texts.get(this) ?? new Map<string, string>();
  texts.set(this, known.set(statement.name, statement.text));
  parse.call(this, statement, more);
};
Connection.prototype.bind = function (config, more) {
  const text = texts.get(this)?.get(config?.statement ?? '') ?? '';
  unsent.set(this, [...(unsent.get(this) ?? []), { text, values: config?.values ?? [] }]);
  bind.call(this, config, more);
};
Connection.prototype.sync = function () {
  for (const batches of listeners) batches.push(unsent.get(this) ?? []);
  unsent.delete(this);
  sync.call(this);
};

/** What this process sends to PostgreSQL through the ORM from now on, round trip by round trip. */
export function watchDatabaseTraffic(): Disposable & { readonly batches: readonly SentBatch[] } {
  const batches: SentBatch[] = [];
  listeners.add(batches);
  return {
    batches,
    [Symbol.dispose]: () => {
      listeners.delete(batches);
    },
  };
}

/** The first words of each statement of each round trip. */
export function outline(batches: readonly SentBatch[]): string[][] {
  return batches.map((batch) =>
    batch.map(({ text }) =>
      text
        .trim()
        .split(/[\s(]+/, 2)
        .join(' ')
        .toLowerCase(),
    ),
  );
}
