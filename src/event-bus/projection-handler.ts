import { applyEvents } from './apply-projection.ts';
import { defineTransactionalHandler, type Handler } from './define-handler.ts';
import { type Projection, projectionSignal } from './define-projection.ts';
import { ownGeneration } from './projection-registry.ts';
import type { Signals } from './signals.ts';

/** What keeps a projection up to date: a handler of one lane, since its rows follow from the order of the whole log. */
export function projectionHandler(projection: Projection, signals: Signals): Handler {
  const { name, events } = projection;
  return defineTransactionalHandler({
    name,
    kind: 'PROJECTION',
    events,
    startAt: 'beginning',
    lanes: 1,
    async handle(batch, { sql, afterCommit }) {
      await applyEvents(sql, projection, await ownGeneration(sql, projection), batch);
      afterCommit(() => signals.raise(projectionSignal(name)));
    },
  });
}
