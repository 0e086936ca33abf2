import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pino from 'pino';
import { v7 } from 'uuid';
import { eventCatalogue, modules } from '../../src/catalogue.ts';
import { loadConfig } from '../../src/config/config.ts';
import { openDatabase } from '../../src/database/database.ts';
import type { Sql } from '../../src/database/sql.ts';
import { startEventBus } from '../../src/event-bus/event-bus.ts';
import { encodeCursor } from '../../src/event-store/cursor.ts';
import { appendEvents } from '../../src/event-store/append-events.ts';
import type { RecordedEvent } from '../../src/event-store/domain-event.ts';
import { EventCatalogue } from '../../src/event-store/event-catalogue.ts';
import { sampleKeys } from '../../test/support/sample-keys.ts';
import { answerParent, machineTime } from './child.ts';
import { aggregateIdOf, AGGREGATES, eventData, type ServerPlace } from './scenario.ts';

interface WriterPlace extends ServerPlace {
  /**
   * How others hear of an event: the node's own relay, or a message with the event in it, bare or as the GraphQL result
   * that a subscriber gets.
   */
  readonly tells: 'by relay' | 'event' | 'result';
}

export interface Writing {
  readonly events: number;
  /** Per transaction, at most `AGGREGATES`. */
  readonly together: number;
  /** Transactions a second; null is as fast as it goes. */
  readonly perSecond: number | null;
}

export interface Written {
  /** When each was committed, in order; the number of the first is `first`. */
  readonly committedAt: readonly number[];
  readonly first: number;
}

export type WriterApi = {
  start(place: WriterPlace): Promise<void>;
  write(writing: Writing): Promise<Written>;
};

/** As long as those that clients choose. */
const OPERATION_ID = v7();

let sql: Sql | null = null;
let tell: (events: readonly RecordedEvent[]) => void = () => undefined;
let count = 0;

answerParent({
  async start({ databaseUrl, redisUrl, channel, tells }) {
    const config = loadConfig({ DATABASE_URL: databaseUrl, REDIS_URL: redisUrl });
    const logger = pino({ level: 'error' });
    const database = await openDatabase(config.database, {
      entities: modules.flatMap(({ entities }) => entities),
      logger,
    });
    sql = database.sql;
    if (tells === 'by relay') {
      const { redis, stream } = config;
      const bus = await startEventBus({
        database,
        catalogue: new EventCatalogue(eventCatalogue),
        keys: sampleKeys(),
        redis,
        channel,
        stream,
        logger,
      });
      tell = () => bus.relay.wake();
      return;
    }
    const redis = new Redis(redisUrl);
    tell = (events) => {
      for (const event of events) void redis.publish(channel, messageOf(event, tells));
    };
  },
  async write({ events, together, perSecond }) {
    const first = count;
    const committedAt: number[] = [];
    const startedAt = machineTime();
    const running: Promise<void>[] = [];
    for (let begun = 0; begun < events; begun += together) {
      const dueIn = perSecond === null ? 0 : startedAt + (begun / together) * (1000 / perSecond) - machineTime();
      if (dueIn > 0) await pause(dueIn);
      const transaction = commit(Math.min(together, events - begun), begun, committedAt);
      // At a given pace a commit does not wait for the one before.
      if (perSecond === null) await transaction;
      else running.push(transaction);
    }
    await Promise.all(running);
    return { committedAt, first };
  },
} satisfies WriterApi);

async function commit(events: number, begun: number, committedAt: number[]): Promise<void> {
  const recorded = await append(events);
  const now = machineTime();
  for (let index = 0; index < recorded.length; index++) committedAt[begun + index] = now;
  tell(recorded);
}

async function append(events: number): Promise<RecordedEvent[]> {
  if (!sql || events > AGGREGATES) throw new Error('The writer has not started, or too much is to be written at once.');
  const streams = Array.from({ length: events }, () => {
    const number = count++;
    const aggregateId = aggregateIdOf(number);
    const event = {
      id: v7(),
      type: 'ORDER_UPDATED',
      schemaVersion: 1,
      aggregateType: 'Order',
      aggregateId,
      subjectId: aggregateId,
      data: eventData(number),
    };
    return { aggregateType: 'Order', aggregateId, expectedVersion: 'any' as const, events: [event] };
  });
  const metadata = { userId: null, correlationId: v7(), causationId: null, ipAddress: null, userAgent: null };
  return appendEvents(sql, streams, { commandId: v7(), metadata, recorded: [] });
}

/** With everything that our subscribers get. */
function messageOf(event: RecordedEvent, tells: 'event' | 'result'): string {
  const { id, type, aggregateType, aggregateId, version, data, metadata, timestamp } = event;
  const cursor = encodeCursor(count);
  const { userId, correlationId } = metadata;
  const shown = {
    cursor,
    id,
    type,
    aggregateType,
    aggregateId,
    version,
    data,
    metadata: { timestamp, userId, correlationId },
  };
  if (tells === 'event') return JSON.stringify(shown);
  const extensions = { stream: { cursor, head: cursor, caughtUp: true } };
  return JSON.stringify({ id: OPERATION_ID, type: 'next', payload: { data: { domainEvents: shown }, extensions } });
}
