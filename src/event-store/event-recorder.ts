import {
  ChangeSetType,
  type EventSubscriber,
  type FlushEventArgs,
  type TransactionEventArgs,
  type UnitOfWork,
} from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { AggregateRoot, takePendingEvents } from './aggregate-root.ts';
import { appendRecorded, type ExpectedAppend } from './append-events.ts';
import { currentEventContext } from './event-context.ts';
import { forgetOwnKeys } from './event-encryption.ts';

/** An aggregate was about to be written without an event, or outside a command or a transaction. A mistake in our code, never the client's. */
export class UnrecordedChangeError extends Error {
  override readonly name = 'UnrecordedChangeError';
}

/**
 * Appends the events of a flush in the flush's own transaction, before its changes are written, and refuses to write
 * an aggregate that recorded none.
 *
 * The transaction must be the caller's. A flush that opens its own offers no place for the append: when the ORM says that
 * it has begun, the entity manager is not in it yet, and an error thrown there would keep the connection for ever.
 * nativeUpdate, the query builder and raw SQL pass all hooks by: never use them on aggregates.
 */
export class EventRecorder implements EventSubscriber {
  /** How much the command had recorded when a transaction or savepoint began: where a rollback goes back to. */
  readonly #recordedBefore = new WeakMap<UnitOfWork, number>();
  readonly #wake: () => void;

  /** `wake` is called after each commit that may hold events; it must not throw, for the commit stands. */
  constructor(wake: () => void) {
    this.#wake = wake;
  }

  async onFlush({ em, uow }: FlushEventArgs): Promise<void> {
    const streams = collectStreams(uow);
    if (streams.length === 0) return;
    const context = currentEventContext();
    if (!context) throw new UnrecordedChangeError('An aggregate changed outside a command: no actor, no correlation.');
    if (!em.isInTransaction()) throw new UnrecordedChangeError('An aggregate changed outside a transaction.');
    context.recorded.push(...(await appendRecorded(em as SqlEntityManager, streams, context)));
  }

  async afterTransactionStart({ uow }: TransactionEventArgs): Promise<void> {
    if (uow) this.#recordedBefore.set(uow, currentEventContext()?.recorded.length ?? 0);
  }

  /** The rest of the command must not pass on events that vanished with a savepoint. */
  async afterTransactionRollback({ uow }: TransactionEventArgs): Promise<void> {
    const context = currentEventContext();
    if (!context) return;
    forgetOwnKeys(context);
    const before = uow && this.#recordedBefore.get(uow);
    if (before !== undefined) context.recorded.splice(before);
  }

  /** Also called when a savepoint is released, with nothing visible yet: a wake is a hint, the table decides. */
  async afterTransactionCommit(): Promise<void> {
    this.#wake();
  }
}

function collectStreams(uow: UnitOfWork): ExpectedAppend[] {
  const streams: ExpectedAppend[] = [];
  const seen = new Set<object>();
  for (const changeSet of uow.getChangeSets()) {
    if (changeSet.entity instanceof AggregateRoot && !seen.has(changeSet.entity)) {
      seen.add(changeSet.entity);
      streams.push(streamOf(changeSet.entity));
    }
  }
  for (const aggregate of aggregatesOfCollections(uow)) {
    if (!seen.has(aggregate)) {
      throw new UnrecordedChangeError(`A collection of ${describe(aggregate)} changed without an event.`);
    }
  }
  return streams;
}

function streamOf(aggregate: AggregateRoot): ExpectedAppend {
  const events = takePendingEvents(aggregate);
  const first = events[0];
  if (!first) throw new UnrecordedChangeError(`${describe(aggregate)} changed without an event.`);
  return {
    aggregateType: first.aggregateType,
    aggregateId: first.aggregateId,
    expectedVersion: aggregate.version - events.length,
    events,
  };
}

/**
 * The aggregates whose many-to-many links this flush changes. A change made through the inverse side is reported there
 * only, so the owners are found among the items. `set()` on a collection that was never loaded hides what it removes:
 * refused, since the event would be wrong.
 */
function aggregatesOfCollections(uow: UnitOfWork): Set<AggregateRoot> {
  const aggregates = new Set<AggregateRoot>();
  for (const collection of uow.getCollectionUpdates()) {
    const owner: unknown = collection.owner;
    const before = collection.getSnapshot();
    const isNew = [...uow.getChangeSets()].some((set) => set.entity === owner && set.type === ChangeSetType.CREATE);
    if (collection.isInitialized() && before === undefined && !isNew) {
      throw new UnrecordedChangeError(
        `The collection ${collection.property.name} of ${describe(owner)} was replaced without being loaded.`,
      );
    }
    const holders: unknown[] = collection.property.owner
      ? [owner]
      : changedItems(collection.getItems(false), before ?? []);
    for (const holder of holders) if (holder instanceof AggregateRoot) aggregates.add(holder);
  }
  return aggregates;
}

function changedItems(now: readonly unknown[], before: readonly unknown[]): unknown[] {
  return [...now.filter((item) => !before.includes(item)), ...before.filter((item) => !now.includes(item))];
}

function describe(entity: unknown): string {
  if (!(entity instanceof Object)) return String(entity);
  return entity instanceof AggregateRoot ? `${entity.constructor.name} ${entity.id}` : entity.constructor.name;
}
