import { z } from 'zod';
import { transact } from '../../../src/database/transact.ts';
import { defineAggregate, on } from '../../../src/event-store/define-aggregate.ts';
import { defineEvent } from '../../../src/event-store/define-event.ts';
import type { RecordedEvent } from '../../../src/event-store/domain-event.ts';
import {
  EventSourcedRepository,
  type Fact,
  fact,
  type Sourced,
} from '../../../src/event-store/event-sourced-repository.ts';
import { inCommand, type SampleNode } from '../sample-database.ts';

/** A tally for tests alone: numbers are counted on it, and it can be wiped. Its events do not hold its state. */
export const TallyCounted = defineEvent({
  type: 'TALLY_COUNTED',
  aggregateType: 'Tally',
  schemaVersion: 2,
  // Version 1 had text.
  upcasters: { 1: ({ number }) => ({ number: Number(number) }) },
  data: z.object({ number: z.int() }),
});
const TallyWiped = defineEvent({
  type: 'TALLY_WIPED',
  aggregateType: 'Tally',
  data: z.object({ by: z.uuid() }),
  subject: ({ by }) => by,
});

export interface Tally {
  readonly sum: number;
  readonly wipes: number;
}

export const tallyAggregate = defineAggregate<Tally>({
  type: 'Tally',
  foldVersion: 1,
  initial: { sum: 0, wipes: 0 },
  apply: [
    on(TallyCounted, (tally, { number }) => ({ ...tally, sum: tally.sum + number })),
    on(TallyWiped, (tally) => ({ sum: 0, wipes: tally.wipes + 1 })),
  ],
});

/** A snapshot after every ten events. */
export const tallies = new EventSourcedRepository(tallyAggregate, { snapshotEvery: 10 });

export function counted(...numbers: readonly number[]): Fact[] {
  return numbers.map((number) => fact(TallyCounted, { number }));
}

export function wiped(by: string): Fact {
  return fact(TallyWiped, { by });
}

/** Loads and appends in a command of its own; answers what the tally is then, and what was recorded. */
export async function change(
  { database }: SampleNode,
  id: string,
  facts: readonly Fact[],
  repository: EventSourcedRepository<Tally> = tallies,
): Promise<{ readonly tally: Sourced<Tally>; readonly recorded: readonly RecordedEvent[] }> {
  const { result, recorded } = await inCommand(() =>
    transact(database, async (em) => repository.append(em, await repository.load(em, id), facts)),
  );
  return { tally: result, recorded };
}
