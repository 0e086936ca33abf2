import { setTimeout as delay } from 'node:timers/promises';
import { RequestError } from '../../errors.ts';
import { type EventBusHealth, readEventBusHealth } from '../../event-bus/event-bus-health.ts';
import { builder } from '../../graphql/builder.ts';
import { type Context, renewContext } from '../../graphql/context.ts';

const HealthStatus = builder.enumType('HealthStatus', { values: ['HEALTHY', 'DEGRADED', 'UNHEALTHY'] as const });

const EventBusHealthType = builder.objectRef<EventBusHealth>('EventBusHealth').implement({
  authScopes: { permission: 'event-bus:read' },
  fields: (t) => ({
    status: t.field({ type: HealthStatus, resolve: (health) => health.status }),
    database: t.exposeBoolean('database'),
    redis: t.exposeBoolean('redis', { nullable: true, description: 'Null where none is configured.' }),
    relayLag: t.expose('relayLag', {
      type: 'SafeInt',
      description: 'Committed events without a position, of the newest 2,000.',
    }),
    handlers: t.exposeInt('handlers'),
    deadLetters: t.exposeInt('deadLetters'),
    totalEvents: t.expose('totalEvents', { type: 'SafeInt' }),
    eventTypes: t.exposeInt('eventTypes', { description: 'In the catalogue.' }),
    lastEvent: t.expose('lastEvent', { type: 'DateTime', nullable: true }),
  }),
});

const SAMPLE_MS = 1_000;

builder.queryField('eventBusHealth', (t) =>
  t.field({
    type: EventBusHealthType,
    authScopes: { permission: 'event-bus:read' },
    resolve: (_root, _args, { core }) => readEventBusHealth(core),
  }),
);

builder.subscriptionField('eventBusHealthUpdated', (t) =>
  t.field({
    type: EventBusHealthType,
    description: 'The health now, and whenever it differs; looked at once a second.',
    authScopes: { permission: 'event-bus:read' },
    subscribe: (_root, _args, context) => followHealth(context),
    resolve: (health) => health,
  }),
);

async function* followHealth(context: Context): AsyncGenerator<EventBusHealth> {
  let last = '';
  while (!context.signal.aborted) {
    const viewer = await context.renewViewer();
    if (!viewer) throw new RequestError('UNAUTHENTICATED', 'The session has ended.');
    const health = await readEventBusHealth(context.core);
    const text = JSON.stringify(health);
    if (text !== last) {
      last = text;
      renewContext(context, viewer, {});
      yield health;
    }
    // The client going away ends the pause: no failure.
    await delay(SAMPLE_MS, undefined, { signal: context.signal }).catch(() => undefined);
  }
}
