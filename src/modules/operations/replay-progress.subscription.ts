import { RequestError } from '../../errors.ts';
import { type BackgroundJob, findJob, jobSignal } from '../../event-bus/background-job.ts';
import { builder } from '../../graphql/builder.ts';
import { type Context, renewContext } from '../../graphql/context.ts';
import { requireUuid } from '../../graphql/node.type.ts';
import { ReplayType } from './replay.type.ts';

/** Looked at least this often: signals may be lost, and a right may have been taken away. */
const LONGEST_MS = 1_000;

builder.subscriptionField('replayProgress', (t) =>
  t.field({
    type: ReplayType,
    description: 'The replay now, and whenever it got further; ends with it.',
    authScopes: { permission: 'event-bus:read' },
    args: { id: t.arg.id({ required: true }) },
    subscribe: (_root, args, context) => followJob(context, requireUuid(args.id)),
    resolve: (job) => job,
  }),
);

async function* followJob(context: Context, id: string): AsyncGenerator<BackgroundJob> {
  const { core, signal } = context;
  using listener = core.signals.listen(jobSignal(id));
  let last = '';
  while (!signal.aborted) {
    const viewer = await context.renewViewer();
    if (!viewer) throw new RequestError('UNAUTHENTICATED', 'The session has ended.');
    if (!viewer.permissions.has('event-bus:read')) throw new RequestError('FORBIDDEN', 'You may not do this.');
    const job = await findJob(core.database.sql, id);
    if (!job?.requestedBy) throw new RequestError('BAD_USER_INPUT', 'There is no such replay.');
    const text = JSON.stringify([job.status, job.total, job.processed, job.failed]);
    if (text !== last) {
      last = text;
      renewContext(context, viewer, {});
      yield job;
    }
    if (job.finishedAt) return;
    await listener.wait(LONGEST_MS, signal);
  }
}
