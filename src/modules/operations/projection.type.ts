import { newestRebuilds, type BackgroundJob } from '../../event-bus/background-job.ts';
import { type ProjectionState, readProjectionStates } from '../../event-bus/projection-registry.ts';
import { readHandlerStates } from '../../event-bus/handler-status.ts';
import { builder } from '../../graphql/builder.ts';
import type { Context } from '../../graphql/context.ts';
import { HandlerType } from './handler.type.ts';

const ProjectionStatus = builder.enumType('ProjectionStatus', {
  description: 'PREPARING: no rows are complete yet. REBUILDING: new rows are made beside those that are shown.',
  values: ['LIVE', 'PREPARING', 'REBUILDING'] as const,
});

interface ProjectionShape extends ProjectionState {
  readonly rebuild: BackgroundJob | null;
}

const ProjectionRebuildType = builder.objectRef<BackgroundJob>('ProjectionRebuild').implement({
  guardedByParent: true,
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Of the replay too, when somebody asked for it.' }),
    status: t.string({ resolve: (job) => job.status }),
    total: t.expose('total', { type: 'SafeInt', description: 'Positions of the log.' }),
    processed: t.expose('processed', { type: 'SafeInt' }),
    differences: t.field({
      type: 'JSON',
      nullable: true,
      description:
        'Rows per table that the old and the new rows did not have in common; null when they were not compared.',
      resolve: (job) => job.state['differences'] ?? null,
    }),
    requestedAt: t.expose('requestedAt', { type: 'DateTime' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
    error: t.exposeString('error', { nullable: true }),
  }),
});

export const ProjectionType = builder.objectRef<ProjectionShape>('Projection').implement({
  authScopes: { permission: 'event-bus:read' },
  fields: (t) => ({
    name: t.exposeString('name'),
    version: t.exposeInt('version', {
      description: 'Of the program that made the rows readers see; 0 while there are none.',
    }),
    status: t.field({
      type: ProjectionStatus,
      resolve: ({ generation, rebuild }) => {
        if (generation === 0) return 'PREPARING' as const;
        return rebuild && !rebuild.finishedAt ? ('REBUILDING' as const) : ('LIVE' as const);
      },
    }),
    generation: t.exposeInt('generation', { description: 'Raised by every rebuild.' }),
    swappedAt: t.expose('swappedAt', { type: 'DateTime', nullable: true }),
    handler: t.field({
      type: HandlerType,
      nullable: true,
      resolve: async ({ name }, _args, { core }) => (await readHandlerStates(core.database.sql, name))[0] ?? null,
    }),
    rebuild: t.field({
      type: ProjectionRebuildType,
      nullable: true,
      description: 'The newest, under way or over.',
      resolve: (projection) => projection.rebuild,
    }),
  }),
});

builder.queryField('projections', (t) =>
  t.field({
    type: [ProjectionType],
    authScopes: { permission: 'event-bus:read' },
    resolve: (_root, _args, context) => readProjections(context),
  }),
);

export async function readProjections({ core }: Pick<Context, 'core'>): Promise<ProjectionShape[]> {
  const [states, rebuilds] = [await readProjectionStates(core.database.sql), await newestRebuilds(core.database.sql)];
  return states.map((state) => ({ ...state, rebuild: rebuilds.get(state.name) ?? null }));
}
