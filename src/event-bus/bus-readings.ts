import type { Reading } from '../metrics.ts';
import { type HealthSources, readEventBusHealth } from './event-bus-health.ts';
import type { EventBus } from './event-bus.ts';
import type { Repairs } from './relay.ts';
import { type HandlerState, readHandlerStates } from './handler-status.ts';

interface ReadingSources extends HealthSources {
  readonly bus: Pick<EventBus, 'relay' | 'streams' | 'tail'>;
}

/** How the bus stands: what this process knows, and what the database says of all of them, where it answers. */
export async function readBusReadings(sources: ReadingSources): Promise<Reading[]> {
  const { bus, database } = sources;
  const health = await readEventBusHealth(sources);
  const redis = health.redis === null ? [] : [{ value: Number(health.redis) }];
  const own: Reading[] = [
    gauge('database_up', 'Whether the database answers.', [{ value: Number(health.database) }]),
    gauge('redis_up', 'Whether hints reach this process; absent without Redis.', redis),
    gauge('relay_up', 'Whether the last look of the relay succeeded.', [{ value: Number(bus.relay.healthy) }]),
    gauge('log_read_position', 'The newest position this process has read.', [{ value: bus.tail.head }]),
    ...repairReadings(bus.relay.repairs),
    gauge('live_streams', 'Event streams of this process that have caught up.', [{ value: bus.streams.hub.size }]),
  ];
  if (!health.database) return own;
  return [
    ...own,
    gauge('relay_lag_events', 'Committed events that have no position yet.', [{ value: health.relayLag }]),
    ...handlerReadings(await readHandlerStates(database.sql), bus.tail.head),
  ];
}

/** Nothing was lost; they grow while Redis is away, drops messages, or is none. */
function repairReadings({ gaps, events }: Repairs): Reading[] {
  return [
    {
      ...gauge('repaired_gaps_total', 'Times that events were found without a hint.', [{ value: gaps }]),
      type: 'counter',
    },
    {
      ...gauge('repaired_events_total', 'Events of others that were found without a hint.', [{ value: events }]),
      type: 'counter',
    },
  ];
}

function handlerReadings(states: readonly HandlerState[], head: number): Reading[] {
  const each = (valueOf: (state: HandlerState) => number): Reading['values'] =>
    states.map((state) => ({ labels: { handler: state.name }, value: valueOf(state) }));
  const parked = states.flatMap(({ name, retrying, waiting, dead }) =>
    Object.entries({ retrying, waiting, dead }).map(([state, value]) => ({ labels: { handler: name, state }, value })),
  );
  return [
    gauge(
      'handler_lag_events',
      'Positions between the checkpoint of a handler and the end of the log.',
      each(({ position }) => Math.max(0, head - position)),
    ),
    gauge(
      'handler_paused',
      'Whether an operator paused the handler.',
      each(({ paused }) => Number(paused)),
    ),
    gauge(
      'handler_held',
      'Whether every lane of the handler has a living process.',
      each(({ isHeld }) => Number(isHeld)),
    ),
    gauge(
      'handler_parked_events',
      'Events that wait to be tried again, behind such a one, or for an operator.',
      parked,
    ),
    {
      ...gauge(
        'handler_processed_total',
        'Events handled.',
        each(({ processed }) => processed),
      ),
      type: 'counter',
    },
    {
      ...gauge(
        'handler_failed_total',
        'Attempts that failed.',
        each(({ failed }) => failed),
      ),
      type: 'counter',
    },
  ];
}

function gauge(name: string, help: string, values: Reading['values']): Reading {
  return { name, help, type: 'gauge', values };
}
