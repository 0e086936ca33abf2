import type { EventDataOf, EventDefinition } from './define-event.ts';
import type { RecordedEvent } from './domain-event.ts';
import { EventCatalogue } from './event-catalogue.ts';

/** How one type of event changes the state. Made by `on`. */
interface Transition<State> {
  readonly definition: EventDefinition;
  readonly apply: (state: State, event: RecordedEvent) => State;
}

/** An aggregate whose only truth is its events: a pure fold over them. Made by `defineAggregate`. */
export interface AggregateDefinition<State> {
  readonly type: string;
  readonly foldVersion: number;
  readonly initial: State;
  readonly transitions: ReadonlyMap<string, Transition<State>>;
  /** Upcasts events of older schema versions. */
  readonly catalogue: EventCatalogue;
}

interface AggregateOptions<State> {
  /** The `aggregateType` of all its events. */
  readonly type: string;
  /** Raised with every change of `State` or of what `apply` makes of an event: snapshots of other folds are ignored. */
  readonly foldVersion: number;
  /** Before the first event. The state is plain JSON, for a snapshot stores it. */
  readonly initial: State;
  readonly apply: readonly Transition<State>[];
}

/** Declares an event-sourced aggregate. Throws at start when an event belongs to another aggregate or occurs twice. */
export function defineAggregate<State>(options: AggregateOptions<State>): AggregateDefinition<State> {
  const definitions = options.apply.map(({ definition }) => definition);
  const foreign = definitions.find(({ aggregateType }) => aggregateType !== options.type);
  if (foreign) throw new Error(`${foreign.type} is an event of ${foreign.aggregateType}, not of ${options.type}.`);
  return {
    type: options.type,
    foldVersion: options.foldVersion,
    initial: options.initial,
    transitions: new Map(options.apply.map((transition) => [transition.definition.type, transition])),
    catalogue: new EventCatalogue(definitions),
  };
}

/** What an event makes of the state before it: pure, without clock and without I/O. */
export function on<State, Definition extends EventDefinition>(
  definition: Definition,
  apply: (state: State, data: EventDataOf<Definition>, event: RecordedEvent) => State,
): Transition<State> {
  return {
    definition,
    // The fold looks transitions up by type and upcasts first: the data is the definition's.
    apply: (state, event) => apply(state, event.data as EventDataOf<Definition>, event),
  };
}
