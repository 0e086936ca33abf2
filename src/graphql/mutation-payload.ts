import type { CommandOutcome, CommandResult } from '../event-bus/command.ts';
import { builder } from './builder.ts';
import { DomainEvent } from './domain-event.type.ts';

const CONSISTENCY_PREFIX = 'sbc1:';

/** What every mutation gives back: the events it recorded, and a token that a later query can wait for. */
export const MutationPayload = builder.interfaceRef<CommandOutcome<CommandResult>>('MutationPayload').implement({
  fields: (t) => ({
    events: t.field({ type: [DomainEvent], resolve: (outcome) => [...outcome.events] }),
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

/** The ref of one mutation's payload type; its module implements the fields that carry the entity. */
export function mutationPayload<Result extends CommandResult>(name: string) {
  return builder.objectRef<CommandOutcome<Result>>(name);
}
