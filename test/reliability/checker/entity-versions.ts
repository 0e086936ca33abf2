import { nameOf, streamsOf, tellsOfFailure } from './aggregates.ts';
import type { History } from './history.ts';

/** Operations on many are streams without a row. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** C3: every row has the version of its last event, every living stream has a row, and no deleted one has. */
export function entityFaults({ log, entities }: History): string[] {
  const streams = streamsOf(log);
  const rows = new Map(entities.map((entity) => [nameOf(entity), entity]));
  const ofRows = entities.flatMap((entity) => {
    const events = streams.get(nameOf(entity)) ?? [];
    if (events.some(({ type }) => type.endsWith('_DELETED'))) return [`${nameOf(entity)} was deleted and is there.`];
    const last = Math.max(0, ...events.map(({ version }) => version));
    return last === entity.version ? [] : [`${nameOf(entity)} has version ${entity.version}, its last event ${last}.`];
  });
  const ofStreams = [...streams].flatMap(([name, events]) => {
    const isWithoutRow = events.some(({ type }) => type.endsWith('_DELETED')) || events.every(tellsOfFailure);
    return rows.has(name) || isWithoutRow || !UUID.test(events[0]?.aggregateId ?? '') ? [] : [`${name} has no row.`];
  });
  return [...ofRows, ...ofStreams];
}
