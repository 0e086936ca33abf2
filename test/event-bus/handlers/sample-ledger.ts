import { v7 } from 'uuid';
import { z } from 'zod';
import type { Sql } from '../../../src/database/sql.ts';
import { defineEvent } from '../../../src/event-store/define-event.ts';
import { newEventId } from '../../../src/event-store/event-id.ts';

/** An aggregate for tests alone: a ledger of amounts. */
export const EntryMade = defineEvent({
  type: 'LEDGER_ENTRY_MADE',
  aggregateType: 'Ledger',
  data: z.object({ amount: z.int(), note: z.string() }),
});
/** Of the same aggregate, for what no handler of a test listens to. */
const LedgerAudited = defineEvent({
  type: 'LEDGER_AUDITED',
  aggregateType: 'Ledger',
  data: z.object({ amount: z.int(), note: z.string() }),
});

export interface Entry {
  /** The aggregate's id. */
  readonly ledger: string;
  readonly amount: number;
  readonly note: string;
  readonly audited: boolean;
}

export function entry(ledger: string, overrides: Partial<Entry> = {}): Entry {
  return { ledger, amount: 1, note: '', audited: false, ...overrides };
}

/** `count` entries spread evenly over as many ledgers, the amounts 1..count. */
export function entries(count: number, ledgers: number): Entry[] {
  return Array.from({ length: count }, (_, index) => entry(`ledger-${index % ledgers}`, { amount: index + 1 }));
}

export function sumOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { amount }) => sum + amount, 0);
}

/** Entries per append: far more would only make one statement very large. */
const CHUNK = 2_000;

/** Straight through `append_events`; answers the ids in the order given, which is also that of the log. */
export async function appendEntries(sql: Sql, made: readonly Entry[]): Promise<string[]> {
  const ids: string[] = [];
  for (let start = 0; start < made.length; start += CHUNK)
    ids.push(...(await append(sql, made.slice(start, start + CHUNK))));
  return ids;
}

async function append(sql: Sql, made: readonly Entry[]): Promise<string[]> {
  const ledgers = [...new Set(made.map(({ ledger }) => ledger))];
  const counts = new Map<string, number>();
  const ordinals = made.map(({ ledger }) => {
    const ordinal = (counts.get(ledger) ?? 0) + 1;
    counts.set(ledger, ordinal);
    return ordinal;
  });
  const ids = made.map(() => newEventId());
  const metadata = { userId: null, correlationId: v7(), causationId: null, ipAddress: null, userAgent: null };
  await sql('select append_events($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)', [
    v7(),
    JSON.stringify(metadata),
    ledgers.map(() => 'Ledger'),
    ledgers,
    ledgers.map(() => -1),
    ledgers.map((ledger) => counts.get(ledger)),
    made.map(({ ledger }) => ledgers.indexOf(ledger) + 1),
    ordinals,
    ids,
    made.map(({ audited }) => (audited ? LedgerAudited.type : EntryMade.type)),
    made.map(() => 1),
    made.map(() => null),
    made.map(({ amount, note }) => JSON.stringify({ amount, note })),
  ]);
  return ids;
}

/** What the sample handlers write: a sum that any repeated event spoils, and a line for every event they were given. */
export async function createLedgerTables(sql: Sql): Promise<void> {
  await sql('create table ledger_sum (handler text not null primary key, total bigint not null)');
  await sql(`create table ledger_line (
    number bigint generated always as identity primary key,
    handler text not null,
    event_id uuid not null,
    ledger text not null,
    version integer not null,
    amount bigint not null)`);
}

export interface Line {
  readonly event_id: string;
  readonly ledger: string;
  readonly version: number;
}

/** What the handler wrote down, in the order of its writes. */
export async function linesOf(sql: Sql, handler: string): Promise<Line[]> {
  return sql<Line>('select event_id, ledger, version from ledger_line where handler = $1 order by number', [handler]);
}

export async function totalOf(sql: Sql, handler: string): Promise<number> {
  const [row] = await sql<{ total: string }>('select total::text from ledger_sum where handler = $1', [handler]);
  return Number(row?.total ?? 0);
}

/** Where an aggregate's versions do not ascend one by one from 1. */
export function orderFaults(lines: readonly { readonly ledger: string; readonly version: number }[]): string[] {
  const last = new Map<string, number>();
  return lines.flatMap(({ ledger, version }) => {
    const before = last.get(ledger) ?? 0;
    last.set(ledger, version);
    return version === before + 1 ? [] : [`${ledger}: ${version} after ${before}`];
  });
}

/** For lists that are compared without regard to their order. */
export function ascending(a: string | undefined, b: string | undefined): number {
  return (a ?? '') < (b ?? '') ? -1 : 1;
}
