import { RequestError } from '../../errors.ts';
import {
  type BackgroundJob,
  countJobs,
  findJob,
  type JobKind,
  type JobStatus,
  listJobs,
} from '../../event-bus/background-job.ts';
import { readFailures, type ReplayFailure } from '../../event-bus/replay-failures.ts';
import {
  parseReplayParameters,
  parseReplayState,
  type ReplayParameters,
  type ReplayPlan,
} from '../../event-bus/replay-plan.ts';
import { builder } from '../../graphql/builder.ts';
import { connectionOf, connectionType, pageOf } from '../../graphql/connection.ts';
import { DomainEventType } from '../../graphql/domain-event.type.ts';
import { NodeInterface, registerNodeLoader, requireUuid } from '../../graphql/node.type.ts';
import { UserType } from '../users/user.type.ts';

const ReplayStatus = builder.enumType('ReplayStatus', {
  values: ['PENDING', 'RUNNING', 'COMPLETED', 'CANCELLED', 'FAILED'] as const satisfies readonly JobStatus[],
});
const ReplayKind = builder.enumType('ReplayKind', {
  description: 'REPLAY hands events to handlers again; REBUILD makes a projection anew from the whole log.',
  values: ['REPLAY', 'REBUILD'] as const satisfies readonly JobKind[],
});

const ReplayRequestType = builder.objectRef<ReplayParameters>('ReplayRequest').implement({
  guardedByParent: true,
  fields: (t) => ({
    from: t.expose('from', { type: 'DateTime', nullable: true }),
    to: t.expose('to', { type: 'DateTime', nullable: true }),
    eventTypes: t.stringList({ nullable: true, resolve: (request) => request.eventTypes }),
    aggregateId: t.exposeID('aggregateId', { nullable: true }),
    handlers: t.stringList({ resolve: (request) => request.targets }),
    includeEffects: t.stringList({ resolve: (request) => request.includeEffects }),
    eventsPerSecond: t.exposeInt('eventsPerSecond', { nullable: true }),
  }),
});

const ReplayPlanEntry = builder.objectRef<ReplayPlan[number]>('ReplayPlanEntry').implement({
  guardedByParent: true,
  fields: (t) => ({
    handler: t.exposeString('handler'),
    type: t.field({ type: DomainEventType, resolve: (entry) => entry.type }),
    count: t.expose('count', { type: 'SafeInt' }),
  }),
});

const ReplayFailureType = builder.objectRef<ReplayFailure>('ReplayFailure').implement({
  guardedByParent: true,
  fields: (t) => ({
    handler: t.exposeString('handler'),
    eventId: t.exposeID('eventId'),
    eventType: t.field({ type: DomainEventType, resolve: (failure) => failure.eventType }),
    errorClass: t.exposeString('errorClass'),
    error: t.exposeString('error'),
  }),
});

export const ReplayType = builder.objectRef<BackgroundJob>('Replay').implement({
  interfaces: [NodeInterface],
  authScopes: { permission: 'event-bus:read' },
  fields: (t) => ({
    kind: t.field({ type: ReplayKind, resolve: (job) => (job.kind === 'REBUILD' ? 'REBUILD' : 'REPLAY') }),
    status: t.field({ type: ReplayStatus, resolve: (job) => job.status }),
    dryRun: t.exposeBoolean('dryRun'),
    total: t.expose('total', { type: 'SafeInt' }),
    processed: t.expose('processed', { type: 'SafeInt' }),
    failed: t.exposeInt('failed'),
    requestedAt: t.expose('requestedAt', { type: 'DateTime' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
    requestedBy: t.field({ type: UserType, resolve: (job) => job.requestedBy ?? '' }),
    reason: t.exposeString('reason', { nullable: true }),
    projection: t.string({ nullable: true, description: 'What is rebuilt.', resolve: (job) => job.subject }),
    request: t.field({
      type: ReplayRequestType,
      nullable: true,
      description: 'What was asked for; null of a rebuild.',
      resolve: (job) => (job.kind === 'REPLAY' ? parseReplayParameters(job.parameters) : null),
    }),
    plan: t.field({
      type: [ReplayPlanEntry],
      description: 'Which handler gets how many events of which type; empty until they are counted.',
      resolve: (job) => (job.kind === 'REPLAY' ? (parseReplayState(job.state).plan ?? []) : []),
    }),
    failures: t.field({
      type: [ReplayFailureType],
      description: 'The first 1,000, in log order.',
      args: { first: t.arg.int({ description: '1 to 100; 20 if not said.' }) },
      resolve: (job, { first }, { core }) => readFailures(core.database.sql, job.id, pageOf({ first }, 0).size),
    }),
    error: t.exposeString('error', { nullable: true, description: 'Why it failed as a whole.' }),
  }),
});

const ReplayConnection = connectionType('Replay', ReplayType);

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

registerNodeLoader(async (id, { core }) => {
  const job = await findJob(core.database.sql, id);
  return job?.requestedBy ? { ...job, __typename: 'Replay' } : null;
});

builder.queryFields((t) => ({
  replay: t.field({
    type: ReplayType,
    nullable: true,
    authScopes: { permission: 'event-bus:read' },
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_root, args, { core }) => {
      const job = await findJob(core.database.sql, requireUuid(args.id));
      return job?.requestedBy ? job : null;
    },
  }),
  replays: t.field({
    type: ReplayConnection,
    description: 'Replays and rebuilds that somebody asked for, the newest first.',
    authScopes: { permission: 'event-bus:read' },
    args: { first: t.arg.int(), after: t.arg.string() },
    resolve: async (_root, args, { core }) => {
      const page = pageOf(args, 1);
      const before = page.from?.[0] ?? null;
      if (before !== null && !UUID.test(before))
        throw new RequestError('BAD_USER_INPUT', 'The page cursor is malformed.');
      const jobs = await listJobs(core.database.sql, { before, limit: page.size + 1 });
      return connectionOf(
        page,
        jobs,
        (job) => [job.id],
        () => countJobs(core.database.sql),
      );
    },
  }),
}));
