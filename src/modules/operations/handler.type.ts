import { encodeCursor } from '../../event-store/cursor.ts';
import { type HandlerState, readHandlerStates } from '../../event-bus/handler-status.ts';
import { builder } from '../../graphql/builder.ts';
import { DomainEventType } from '../../graphql/domain-event.type.ts';

type Kind = 'TRANSACTIONAL' | 'EXTERNAL' | 'PROJECTION' | 'SAGA';

const HandlerKind = builder.enumType('HandlerKind', {
  values: ['TRANSACTIONAL', 'EXTERNAL', 'PROJECTION', 'SAGA'] as const,
});
const HandlerStatus = builder.enumType('HandlerStatus', { values: ['RUNNING', 'PAUSED', 'DEGRADED'] as const });

export const HandlerType = builder.objectRef<HandlerState>('Handler').implement({
  authScopes: { permission: 'event-bus:read' },
  fields: (t) => ({
    name: t.exposeString('name'),
    kind: t.field({ type: HandlerKind, resolve: (handler) => handler.kind as Kind }),
    eventTypes: t.field({
      type: [DomainEventType],
      resolve: (handler, _args, { core }) =>
        core.handlers.find((known) => known.name === handler.name)?.events.map((event) => event.type) ?? [],
    }),
    status: t.field({
      type: HandlerStatus,
      description: 'DEGRADED: something is parked, or no node works it.',
      resolve: (handler) => {
        if (handler.paused) return 'PAUSED' as const;
        return handler.isHeld && handler.dead + handler.retrying === 0 ? ('RUNNING' as const) : ('DEGRADED' as const);
      },
    }),
    checkpoint: t.field({ type: 'Cursor', nullable: true, resolve: (handler) => encodeCursor(handler.position) }),
    lag: t.field({
      type: 'SafeInt',
      description: 'Positions of the log behind its end.',
      resolve: (handler, _args, { core }) => Math.max(0, core.tail.head - handler.position),
    }),
    processedCount: t.field({ type: 'SafeInt', resolve: (handler) => handler.processed }),
    failedCount: t.field({ type: 'SafeInt', description: 'Failed attempts.', resolve: (handler) => handler.failed }),
    retryingCount: t.int({ resolve: (handler) => handler.retrying }),
    waitingCount: t.int({
      description: 'Events parked behind a failed one of their aggregate.',
      resolve: (handler) => handler.waiting,
    }),
    deadLetterCount: t.int({ resolve: (handler) => handler.dead }),
    lastError: t.exposeString('lastError', { nullable: true }),
    lastProcessedAt: t.expose('lastProcessedAt', { type: 'DateTime', nullable: true }),
  }),
});

builder.queryField('handlers', (t) =>
  t.field({
    type: [HandlerType],
    authScopes: { permission: 'event-bus:read' },
    resolve: (_root, _args, { core }) => readHandlerStates(core.database.sql),
  }),
);
