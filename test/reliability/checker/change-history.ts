import type { LoggedEvent } from './history.ts';
import type { Draft, DraftHistory } from './made-up-history.ts';

function found<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('The made-up history has none.');
  return value;
}

export function isOf(name: string): (effect: { readonly handler: string }) => boolean {
  return ({ handler }) => handler === name;
}

export function lastOf(history: DraftHistory, person: string): Draft<LoggedEvent> {
  return found(history.log.findLast(({ aggregateId }) => aggregateId === person));
}

export function entityIn(history: DraftHistory, person: string): DraftHistory['entities'][number] {
  return found(history.entities.find(({ aggregateId }) => aggregateId === person));
}

export function personIn(history: DraftHistory, person: string): DraftHistory['people'][number] {
  return found(history.people.find(({ id }) => id === person));
}

export function writeOf(history: DraftHistory, kind: string): DraftHistory['writes'][number] {
  return found(history.writes.find((write) => write.kind === kind));
}

export function subscriberIn(history: DraftHistory): DraftHistory['subscribers'][number] {
  return found(history.subscribers[0]);
}

/** As a database does that had not written its end to the disk: everything is sound, and it is as if nothing had been. */
export function loseLast(history: DraftHistory, person: string): void {
  const { id } = lastOf(history, person);
  history.log = history.log.filter((event) => event.id !== id);
  history.log.forEach((event, index) => (event.position = index + 1));
  history.looks = [];
  history.effects = history.effects.filter(({ eventId }) => eventId !== id);
  for (const subscriber of history.subscribers) {
    subscriber.received = subscriber.received.filter((received) => received !== id);
  }
  entityIn(history, person).version -= 1;
  personIn(history, person).lastName = 'Second';
}

/** Readers and subscribers saw the order that there is. */
export function swapPlaces(history: DraftHistory, one: Draft<LoggedEvent>, other: Draft<LoggedEvent>): void {
  [one.position, other.position] = [other.position, one.position];
  history.log.sort((first, second) => (first.position ?? 0) - (second.position ?? 0));
  const swap = (id: string): string => (id === one.id ? other.id : id === other.id ? one.id : id);
  for (const subscriber of history.subscribers) subscriber.received = subscriber.received.map(swap);
  for (const look of history.looks) for (const placed of look.placed) placed.eventId = swap(placed.eventId);
}
