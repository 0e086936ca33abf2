import { appendFile } from 'node:fs/promises';
import type { EventOf, ExternalHandler, Handler, TransactionalHandler } from '../../../src/event-bus/define-handler.ts';
import { defineExternalHandler, defineTransactionalHandler } from '../../../src/event-bus/define-handler.ts';
import { EntryMade } from './sample-ledger.ts';

/** A call that is never answered. */
export function forEver(): Promise<never> {
  return Promise.withResolvers<never>().promise;
}

export type EntryEvent = EventOf<typeof EntryMade>;

interface CanaryOptions extends Partial<Omit<TransactionalHandler, 'kind' | 'events' | 'handle'>> {
  /** Called for each event before it is added up; what it throws is the handler's failure. */
  readonly inspect?: (event: EntryEvent) => void | Promise<void>;
}

/** Adds the amounts up. Nothing in it notices a repeated event but the sum, which is then wrong. */
export function canary({ inspect, ...options }: CanaryOptions = {}): Handler {
  const name = options.name ?? 'canary';
  return defineTransactionalHandler({
    ...options,
    name,
    events: [EntryMade],
    async handle(events, { sql }) {
      for (const event of events) await inspect?.(event);
      await sql(
        `insert into ledger_sum as s (handler, total) values ($1, $2)
         on conflict (handler) do update set total = s.total + excluded.total`,
        [name, events.reduce((sum, event) => sum + event.data.amount, 0)],
      );
      await sql(
        `insert into ledger_line (handler, event_id, ledger, version, amount)
         select $1, e.id, e.ledger, e.version, e.amount
         from unnest($2::uuid[], $3::text[], $4::integer[], $5::bigint[]) with ordinality as e (id, ledger, version, amount, place)
         order by e.place`,
        [
          name,
          events.map((event) => event.id),
          events.map((event) => event.aggregateId),
          events.map((event) => event.version),
          events.map((event) => event.data.amount),
        ],
      );
    },
  });
}

interface CourierOptions extends Partial<
  Omit<ExternalHandler, 'kind' | 'events' | 'handle' | 'dedupeKey' | 'wasDone'>
> {
  readonly deliver: (
    event: EntryEvent,
    scope: Parameters<ExternalHandler['handle']>[1],
  ) => ReturnType<ExternalHandler['handle']>;
  readonly wasDone?: (event: EntryEvent, dedupeKey: string) => Promise<boolean>;
}

/** Acts outside through the given function. */
export function courier({ deliver, wasDone, ...options }: CourierOptions): Handler {
  return defineExternalHandler({
    startAt: 'beginning',
    dependency: 'depot',
    ...options,
    name: options.name ?? 'courier',
    events: [EntryMade],
    handle: deliver,
    ...(wasDone ? { wasDone } : {}),
  });
}

/** A courier that posts each event to the effect sink. */
export function postingCourier(sinkUrl: string, options: Omit<CourierOptions, 'deliver'> = {}): Handler {
  return courier({
    ...options,
    async deliver(event, { dedupeKey, attempt, signal }) {
      const { id: eventId, aggregateId: ledger, version } = event;
      const response = await fetch(sinkUrl, {
        method: 'POST',
        body: JSON.stringify({ dedupeKey, attempt, eventId, ledger, version, process: process.pid }),
        signal,
      });
      await response.text();
      if (!response.ok) throw new Error(`The depot answered ${response.status}.`);
      return undefined;
    },
  });
}

/** A courier that appends a line of JSON for each event to a file: cheap enough for very many. */
export function notingCourier(file: URL, options: Omit<CourierOptions, 'deliver'> = {}): Handler {
  return courier({
    ...options,
    async deliver({ id: eventId, aggregateId: ledger, version }) {
      await appendFile(file, `${JSON.stringify({ eventId, ledger, version, process: process.pid })}\n`);
      return undefined;
    },
  });
}
