import type { Sql } from '../database/sql.ts';
import { UNPARSED_COLUMNS } from './log-query.ts';
import type { EventRow } from './read-events.ts';

/**
 * Gives committed events their positions.
 *
 * Events draw an insertion number before they commit, so a late commit appears behind readers of that number. This runs
 * after commits instead: it takes the visible events that have no position yet, in insertion order, and writes dense
 * positions to the ledger in a transaction of its own. Any node may do it; an advisory lock lets one at a time.
 *
 * Which events to look at: those above `high`, and those in the gaps below it. A gap is a number that was missing when
 * a higher one was seen: its transaction is still open, or rolled back. It is dropped once every transaction
 * that could have drawn it is over. `high` and the gaps live in memory and only have to err on the safe side: an event
 * at or below `high` is numbered, or in a gap, or will never exist. A starting node begins at the stored floor.
 *
 * So a long open transaction, ours or a stranger's, delays nobody: it keeps one gap open, at the cost of one index probe.
 *
 * A failover that loses commits, or a restore, may set the numbers back: then what is in memory is about events that are
 * gone, and would hide those that got their numbers. Another server, or fewer numbers drawn than seen, make it forget
 * everything and begin at the stored floor again.
 */

export interface SequencerTick {
  /** False when another node holds the lock: it may not have seen our newest commits, so look again soon. */
  readonly acquired: boolean;
  /** The highest position in the log. */
  readonly head: number;
  /** How many events got their position now. */
  readonly numbered: number;
  /** True when a full batch was found: more may be waiting. */
  readonly more: boolean;
  /** What was to be read, whoever numbered it. */
  readonly rows: readonly EventRow[];
}

/** What to read of the log once this tick has numbered: the events right after a position. */
export interface PageAfter {
  readonly after: number;
  readonly limit: number;
}

interface Gap {
  readonly low: number;
  readonly high: number;
  /** Transactions at or above this id began too late to have drawn the missing numbers. */
  readonly seenBefore: bigint;
}

interface SequencedRow {
  readonly result: {
    readonly acquired: boolean;
    readonly head: number;
    readonly numbered: number;
    readonly fresh: number;
    readonly high: number;
    readonly found: readonly number[] | null;
    readonly holes: readonly (readonly [number, number])[] | null;
    readonly seenBefore: string | null;
    readonly horizon: string;
    /** When the server was started: no other has the same. */
    readonly server: string;
    /** It is not the server we know, or has drawn fewer numbers than we have seen: it numbered nothing. */
    readonly isAnotherHistory?: boolean;
  };
}

const SEQUENCE = 'select sequence_events($1, $2, $3, $4, $5) as result';
const SEQUENCE_AND_READ = `select e.result, ${UNPARSED_COLUMNS}
  from sequence_and_read_events($1, $2, $3, $4, $5, $6, $7) e`;

const MAX_GAPS = 1_000;
const FLOOR_STEP = 1_000;

export class Sequencer {
  readonly #sql: Sql;
  readonly #batch: number;
  #high = -1;
  #floor = 0;
  #gaps: readonly Gap[] = [];
  #server: string | null = null;

  constructor(sql: Sql, batch = 5_000) {
    this.#sql = sql;
    this.#batch = batch;
  }

  /**
   * Not reentrant: the relay runs one tick at a time.
   *
   * @param page read in the same statement, so that it costs no round trip of its own; by default nothing
   */
  async tick(page: PageAfter | null = null): Promise<SequencerTick> {
    if (this.#high < 0) await this.#start();
    let { result, rows } = await this.#sequence(page);
    if (result.isAnotherHistory) {
      await this.#start();
      ({ result, rows } = await this.#sequence(page));
    }
    if (!result.acquired) return { acquired: false, head: 0, numbered: 0, more: false, rows };
    this.#server = result.server;
    this.#gaps = nextGaps(this.#gaps, result);
    this.#high = result.high;
    await this.#saveFloor();
    return { acquired: true, head: result.head, numbered: result.numbered, more: result.fresh === this.#batch, rows };
  }

  async #sequence(page: PageAfter | null): Promise<SequencedRow & { readonly rows: readonly EventRow[] }> {
    const known = [
      this.#high,
      this.#gaps.map((gap) => gap.low),
      this.#gaps.map((gap) => gap.high),
      this.#batch,
      this.#server,
    ];
    const [first, ...rows] = page
      ? await this.#sql<SequencedRow & EventRow>(SEQUENCE_AND_READ, [...known, page.after, page.limit])
      : await this.#sql<SequencedRow & EventRow>(SEQUENCE, known);
    if (!first) throw new Error('sequence_events returned no row');
    return { result: first.result, rows };
  }

  async #start(): Promise<void> {
    // A floor above the numbers is left from before they were set back by hand.
    const rows = await this.#sql<{ floor: string }>(
      `with reset as (
         update event_sequencer set floor = 0 where floor > (select last_value from event_number) returning floor
       )
       select coalesce((select floor from reset), floor)::text as floor from event_sequencer`,
    );
    this.#server = null;
    this.#floor = Number(rows[0]?.floor ?? 0);
    this.#high = this.#floor;
    this.#gaps = [];
  }

  /** Rarely, so that the row stays one short chain even while a long transaction keeps its dead versions alive. */
  async #saveFloor(): Promise<void> {
    const settled = this.#gaps.reduce((lowest, gap) => Math.min(lowest, gap.low - 1), this.#high);
    if (settled < this.#floor + FLOOR_STEP) return;
    await this.#sql('update event_sequencer set floor = greatest(floor, $1::bigint)', [settled]);
    this.#floor = settled;
  }
}

/** Cuts the numbers that appeared out of the gaps, drops dead gaps, adds the new holes. Pure. */
export function nextGaps(
  gaps: readonly Gap[],
  tick: Pick<SequencedRow['result'], 'found' | 'holes' | 'seenBefore' | 'horizon'>,
): readonly Gap[] {
  const found = new Set(tick.found ?? []);
  const horizon = BigInt(tick.horizon);
  const open = gaps
    .filter((gap) => gap.seenBefore > horizon)
    .flatMap((gap) => (gap.high - gap.low < MAX_GAPS ? splitGap(gap, found) : [gap]));
  const seenBefore = BigInt(tick.seenBefore ?? 0);
  const holes = (tick.holes ?? []).map(([low, high]) => ({ low, high, seenBefore }));
  return joinNearest([...open, ...holes].sort((a, b) => a.low - b.low));
}

function splitGap(gap: Gap, found: ReadonlySet<number>): Gap[] {
  const parts: Gap[] = [];
  let low = gap.low;
  for (let number = gap.low; number <= gap.high + 1; number++) {
    if (number <= gap.high && !found.has(number)) continue;
    if (number > low) parts.push({ ...gap, low, high: number - 1 });
    low = number + 1;
  }
  return parts;
}

/** Keeps the list bounded: wider gaps cover numbered events too, which costs a look and changes nothing. */
function joinNearest(gaps: readonly Gap[]): readonly Gap[] {
  if (gaps.length <= MAX_GAPS) return gaps;
  const joined: Gap[] = [];
  for (let index = 0; index < gaps.length; index += 2) {
    const [a, b] = [gaps[index], gaps[index + 1]];
    if (a && b)
      joined.push({ low: a.low, high: b.high, seenBefore: a.seenBefore > b.seenBefore ? a.seenBefore : b.seenBefore });
    else if (a) joined.push(a);
  }
  return joinNearest(joined);
}
