import type { CommandOutcome, CommandResult } from '../event-bus/command.ts';
import { RequestError } from '../errors.ts';
import { builder } from './builder.ts';
import { DomainEvent } from './domain-event.type.ts';
import { shownEvents } from './shown-events.ts';

const CONSISTENCY_PREFIX = 'sbc1:';

/** What every mutation gives back: the events it recorded, and a token that a later query can wait for. */
export const MutationPayload = builder.interfaceRef<CommandOutcome<CommandResult>>('MutationPayload').implement({
  fields: (t) => ({
    events: t.field({
      type: [DomainEvent],
      resolve: async ({ events }, _args, context) => [...(await shownEvents(context, events))],
    }),
    consistencyToken: t.string({
      description: 'Give it to a projection query as `atLeast` to read no older state than this mutation left.',
      resolve: (outcome) => encodeConsistencyToken(outcome),
    }),
  }),
});

/** Names the command's last event: the log places it after the answer, so a position is not known yet. */
function encodeConsistencyToken(outcome: CommandOutcome<CommandResult>): string {
  return Buffer.from(CONSISTENCY_PREFIX + (outcome.events.at(-1)?.id ?? '')).toString('base64url');
}

const EVENT_ID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const MAX_TOKEN = 100;

/** The id of the event to wait for; null when the mutation recorded none. @throws RequestError BAD_USER_INPUT */
export function decodeConsistencyToken(token: string): string | null {
  const text = token.length <= MAX_TOKEN ? Buffer.from(token, 'base64url').toString('latin1') : '';
  const eventId = text.slice(CONSISTENCY_PREFIX.length);
  if (!text.startsWith(CONSISTENCY_PREFIX) || (eventId !== '' && !EVENT_ID.test(eventId))) {
    throw new RequestError('BAD_USER_INPUT', 'The consistency token is malformed.');
  }
  return eventId || null;
}

/** The ref of one mutation's payload type; its module implements the fields that carry the entity. */
export function mutationPayload<Result extends CommandResult>(name: string) {
  return builder.objectRef<CommandOutcome<Result>>(name);
}
