import { RequestError } from '../../errors.ts';
import {
  countSagas,
  findSaga,
  listSagas,
  readTransitions,
  type SagaListItem,
  type SagaTransition,
} from '../../event-bus/saga-list.ts';
import type { SagaStatus } from '../../event-bus/saga-turn.ts';
import { builder } from '../../graphql/builder.ts';
import { connectionOf, connectionType, pageOf } from '../../graphql/connection.ts';
import { DomainEvent } from '../../graphql/domain-event.type.ts';
import { NodeInterface, registerNodeLoader } from '../../graphql/node.type.ts';

const SagaStatusType = builder.enumType('SagaStatus', {
  description:
    'COMPENSATED: it failed and was taken back. CANCELLED: an event ended it. FAILED: it cannot be taken back, see retrySaga.',
  values: [
    'RUNNING',
    'COMPENSATING',
    'COMPLETED',
    'COMPENSATED',
    'CANCELLED',
    'FAILED',
  ] as const satisfies readonly SagaStatus[],
});

const SagaTransitionType = builder.objectRef<SagaTransition>('SagaTransition').implement({
  guardedByParent: true,
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime' }),
    kind: t.exposeString('kind'),
    step: t.exposeString('step', { nullable: true }),
    eventId: t.exposeID('eventId', { nullable: true, description: 'What led to it, where that was an event.' }),
    error: t.exposeString('error', { nullable: true }),
  }),
});

export const SagaType = builder.objectRef<SagaListItem>('Saga').implement({
  interfaces: [NodeInterface],
  authScopes: { permission: 'event-bus:read' },
  fields: (t) => ({
    name: t.string({ resolve: (saga) => saga.saga }),
    key: t.exposeString('key', { description: 'What it is about, such as the id of an order.' }),
    status: t.field({ type: SagaStatusType, resolve: (saga) => saga.status }),
    step: t.exposeString('step', { description: 'Where it stands, or stood last.' }),
    completedSteps: t.stringList({ resolve: (saga) => [...saga.completed] }),
    compensatedSteps: t.stringList({ resolve: (saga) => [...saga.compensated] }),
    attempts: t.exposeInt('attempts', { description: 'Failed attempts of the step it stands at.' }),
    error: t.exposeString('error', { nullable: true }),
    correlationId: t.exposeID('correlationId'),
    startedBy: t.field({
      type: DomainEvent,
      nullable: true,
      authScopes: { permission: 'events:read' },
      resolve: async (saga, _args, { core }) => (await core.log.readByIds([saga.startedBy]))[0] ?? null,
    }),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true }),
    dueAt: t.expose('dueAt', { type: 'DateTime', nullable: true, description: 'When it goes on by itself.' }),
    history: t.field({
      type: [SagaTransitionType],
      resolve: (saga, _args, { core }) => readTransitions(core.database.sql, saga),
    }),
  }),
});

const SagaConnection = connectionType('Saga', SagaType);

const SagaFilter = builder.inputType('SagaFilter', {
  fields: (t) => ({
    name: t.string(),
    key: t.string(),
    status: t.field({ type: SagaStatusType }),
    correlationId: t.id(),
  }),
});

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

registerNodeLoader(async (id, { core }) => {
  const saga = await findSaga(core.database.sql, id);
  return saga && { ...saga, __typename: 'Saga' };
});

builder.queryField('sagas', (t) =>
  t.field({
    type: SagaConnection,
    description: 'The newest first; those that ended are kept for 90 days.',
    authScopes: { permission: 'event-bus:read' },
    args: { filter: t.arg({ type: SagaFilter }), first: t.arg.int(), after: t.arg.string() },
    resolve: async (_root, args, { core }) => {
      const page = pageOf(args, 1);
      const before = page.from?.[0] ?? null;
      if (before !== null && !UUID.test(before))
        throw new RequestError('BAD_USER_INPUT', 'The page cursor is malformed.');
      const search = {
        name: args.filter?.name ?? undefined,
        key: args.filter?.key ?? undefined,
        status: args.filter?.status ?? undefined,
        correlationId: args.filter?.correlationId ?? undefined,
      };
      const { sql } = core.database;
      const sagas = await listSagas(sql, search, { before, limit: page.size + 1 });
      return connectionOf(
        page,
        sagas,
        (saga) => [saga.id],
        () => countSagas(sql, search),
      );
    },
  }),
);
