import { uniqueEvents } from './aggregates.ts';
import type { History, Subscriber } from './history.ts';

/** C12: a resuming subscriber has received, over all its connections, the matching events behind its start, in order, once; and its cursor stays good. */
export function subscriptionFaults({ log, subscribers }: History): string[] {
  const refused = subscribers.flatMap(({ name, refusals }) =>
    [...new Set(refusals)].filter((code) => code.startsWith('CURSOR_')).map((code) => `${name} was told ${code}.`),
  );
  return refused.concat(subscribers.flatMap((subscriber) => deliveryFaults(subscriber, log)));
}

function deliveryFaults(subscriber: Subscriber, log: History['log']): string[] {
  const expected = matching(log, subscriber);
  const { name, received } = subscriber;
  const at = received.findIndex((id, index) => id !== expected[index]);
  if (at === -1 && received.length === expected.length) return [];
  if (at === -1) return [`${name} stopped at ${received.length} of ${expected.length} events.`];
  return [
    `${name} received as number ${at + 1} ${whatIs(received, at, expected)}, expected ${expected[at] ?? 'nothing'}.`,
  ];
}

function matching(log: History['log'], { types, after }: Subscriber): string[] {
  return uniqueEvents(log)
    .filter(({ position, type }) => (position ?? 0) > after && (types === null || types.includes(type)))
    .map(({ id }) => id);
}

function whatIs(received: readonly string[], at: number, expected: readonly string[]): string {
  const id = received[at] ?? '';
  if (received.indexOf(id) < at) return `${id} again`;
  return expected.includes(id) ? `${id} too early` : `${id}, which it should not`;
}
