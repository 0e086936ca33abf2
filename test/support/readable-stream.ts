import type { App } from '../../src/app.ts';
import type { RecordedEvent } from '../../src/event-store/domain-event.ts';

/** One aggregate's events from a version on, with nothing hidden. */
export async function readReadableStream(
  { bus, database }: Pick<App, 'bus' | 'database'>,
  aggregateType: string,
  aggregateId: string,
  fromVersion = 1,
): Promise<readonly RecordedEvent[]> {
  const stream = await bus.log.readStream(aggregateType, aggregateId, fromVersion);
  return bus.reader.forAudience(database.sql, stream, { reads: 'everything' });
}
