import { v7 } from 'uuid';
import { z } from 'zod';
import { sqlOf } from '../../database/sql.ts';
import { ConflictError, NotFoundError, ValidationError } from '../../errors.ts';
import { findJob, JOBS_SIGNAL } from '../../event-bus/background-job.ts';
import type { Projection } from '../../event-bus/define-projection.ts';
import { isBeingRebuilt, requestRebuild } from '../../event-bus/projection-registry.ts';
import { recordEvent } from '../../event-store/record-event.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { ProjectionRebuildRequested } from './operations.events.ts';
import { ProjectionType, readProjections } from './projection.type.ts';
import { optionalReasonInput, REASON } from './reason.ts';
import { ReplayType } from './replay.type.ts';

type Rebuild = { readonly name: string; readonly id: string };

const RebuildProjectionPayload = mutationPayload<Rebuild>('RebuildProjectionPayload').implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({
    replay: t.field({
      type: ReplayType,
      description: 'What to follow with replayProgress.',
      resolve: async ({ result }, _args, { core }) => {
        const job = await findJob(core.database.sql, result.id);
        if (!job) throw new NotFoundError('The rebuild');
        return job;
      },
    }),
    projection: t.field({
      type: ProjectionType,
      resolve: async ({ result }, _args, context) => {
        const projection = (await readProjections(context)).find(({ name }) => name === result.name);
        if (!projection) throw new NotFoundError('The projection');
        return projection;
      },
    }),
  }),
});

const RebuildProjectionResult = mutationResult('RebuildProjectionResult', RebuildProjectionPayload, [
  NotFoundError,
  ConflictError,
  ValidationError,
]);

const rebuildProjection = defineCommand({
  name: 'rebuildProjection',
  aggregateType: 'Projection',
  kind: 'UPDATE',
  authScopes: { permission: 'event-bus:manage' },
  input: z.strictObject({ name: z.string(), projection: z.custom<Projection>(), reason: optionalReasonInput }),
  shown: ['name'],
  async run({ em, viewer, origin, input: { name, projection, reason } }): Promise<Rebuild> {
    const sql = sqlOf(em);
    const [row] = await sql<{ generation: number }>('select generation from projection where name = $1 for update', [
      name,
    ]);
    if (!row) throw new NotFoundError('The projection');
    if (await isBeingRebuilt(sql, name)) throw new ConflictError('The projection is being rebuilt already.');
    const id = v7();
    const { correlationId } = origin;
    await requestRebuild(sql, projection, { id, requestedBy: viewer.userId, reason, correlationId });
    await recordEvent(em, ProjectionRebuildRequested, name, { projection: name, rebuildId: id, reason });
    return { name, id };
  },
});

builder.mutationField('rebuildProjection', (t) =>
  t.field({
    type: RebuildProjectionResult.type,
    description:
      'Makes the projection anew from the log, beside the rows that are shown, and shows them when they are complete.',
    authScopes: rebuildProjection.authScopes,
    args: { name: t.arg.string({ required: true }), reason: t.arg.string({ description: REASON }) },
    resolve: (_root, args, context) =>
      RebuildProjectionResult.answer(async () => {
        const projection = context.core.projections.find((known) => known.name === args.name);
        if (!projection) throw new NotFoundError('The projection');
        const outcome = await rebuildProjection.execute(context, { ...args, projection });
        context.core.signals.raise(JOBS_SIGNAL);
        return outcome;
      }),
  }),
);
