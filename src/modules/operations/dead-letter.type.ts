import { RequestError } from '../../errors.ts';
import { countDeadLetters, type DeadLetter, listDeadLetters } from '../../event-bus/dead-letter.ts';
import { builder } from '../../graphql/builder.ts';
import { connectionOf, connectionType, pageOf } from '../../graphql/connection.ts';
import { DomainEvent } from '../../graphql/domain-event.type.ts';
import { shownEvents } from '../../graphql/shown-events.ts';

export const DeadLetterType = builder.objectRef<DeadLetter>('DeadLetter').implement({
  authScopes: { permission: 'event-bus:read' },
  fields: (t) => ({
    id: t.exposeID('id'),
    handler: t.exposeString('handler'),
    eventId: t.exposeID('eventId'),
    event: t.field({
      type: DomainEvent,
      nullable: true,
      authScopes: { permission: 'events:read' },
      resolve: async (letter, _args, context) =>
        (await shownEvents(context, await context.core.log.readByIds([letter.eventId])))[0] ?? null,
    }),
    eventType: t.exposeString('eventType'),
    aggregateType: t.exposeString('aggregateType'),
    aggregateId: t.exposeID('aggregateId'),
    attempts: t.exposeInt('attempts'),
    errorClass: t.exposeString('errorClass', { nullable: true }),
    error: t.exposeString('error', { nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
});

const DeadLetterConnection = connectionType('DeadLetter', DeadLetterType);

const PARKED_AT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

builder.queryField('deadLetters', (t) =>
  t.field({
    type: DeadLetterConnection,
    description: 'What handlers gave up, the oldest first.',
    authScopes: { permission: 'event-bus:read' },
    args: { handler: t.arg.string(), first: t.arg.int(), after: t.arg.string() },
    resolve: async (_root, args, { core }) => {
      const page = pageOf(args, 2);
      const [parkedAt = '', id = ''] = page.from ?? [];
      if (page.from && !(PARKED_AT.test(parkedAt) && UUID.test(id))) {
        throw new RequestError('BAD_USER_INPUT', 'The page cursor is malformed.');
      }
      const handler = args.handler ?? null;
      const letters = await listDeadLetters(core.database.sql, {
        handler,
        after: page.from ? [parkedAt, id] : null,
        limit: page.size + 1,
      });
      const keys = new Map(letters.map((letter) => [letter.id, letter.sortKey]));
      return connectionOf<DeadLetter>(
        page,
        letters,
        (letter) => [keys.get(letter.id) ?? '', letter.id],
        () => countDeadLetters(core.database.sql, handler),
      );
    },
  }),
);
