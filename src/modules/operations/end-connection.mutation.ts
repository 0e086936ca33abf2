import { z } from 'zod';
import { NotFoundError, ValidationError } from '../../errors.ts';
import { recordEvent } from '../../event-store/record-event.ts';
import { builder } from '../../graphql/builder.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { idInput } from '../../graphql/id-input.ts';
import { CONNECTION_AGGREGATE } from '../../graphql/live-connections.ts';
import { MutationPayload, mutationPayload } from '../../graphql/mutation-payload.ts';
import { mutationResult } from '../../graphql/mutation-result.ts';
import { LiveConnectionType } from './live-connection.type.ts';
import type { CountedConnection } from './connection-census.ts';
import { ConnectionEnded } from './operations.events.ts';
import { REASON, reasonInput } from './reason.ts';

const EndConnectionPayload = mutationPayload<{ connection: CountedConnection }>('EndConnectionPayload').implement({
  interfaces: [MutationPayload],
  guardedByParent: true,
  fields: (t) => ({
    connection: t.field({
      type: LiveConnectionType,
      description: 'As it was.',
      resolve: (outcome) => outcome.result.connection,
    }),
  }),
});

const EndConnectionResult = mutationResult('EndConnectionResult', EndConnectionPayload, [
  NotFoundError,
  ValidationError,
]);

/** The node that serves the connection ends it when it reads the event. */
const endConnection = defineCommand({
  name: 'endConnection',
  aggregateType: CONNECTION_AGGREGATE,
  kind: 'DELETE',
  authScopes: { permission: 'sessions:manage' },
  input: z.strictObject({ id: idInput(), reason: reasonInput }),
  shown: ['id'],
  async prepare({ input: { id }, services }) {
    const { connections } = await services.connectionCensus.take();
    const connection = connections.find((each) => each.id === id);
    if (!connection) throw new NotFoundError('The connection');
    return { connection };
  },
  async run({ em, prepared: { connection }, input: { id, reason } }) {
    await recordEvent(em, ConnectionEnded, id, { connectionId: id, personId: connection.userId, reason });
    return { connection };
  },
});

builder.mutationField('endConnection', (t) =>
  t.field({
    type: EndConnectionResult.type,
    description:
      'Ends a WebSocket or event stream, wherever it is served. Its client may connect again if it may sign in.',
    authScopes: endConnection.authScopes,
    args: { id: t.arg.id({ required: true }), reason: t.arg.string({ required: true, description: REASON }) },
    resolve: (_root, args, context) => EndConnectionResult.answer(() => endConnection.execute(context, args)),
  }),
);
