import { z } from 'zod';
import { defineEvent, type EventDefinition } from '../event-store/define-event.ts';
import type { CommandKind } from './command.ts';
import { defineTags, type TagRule } from './event-tags.ts';

const data = z.object({
  command: z.strictObject({ name: z.string(), input: z.record(z.string(), z.unknown()) }).meta({ id: 'FailedCommand' }),
  error: z.strictObject({ code: z.string(), message: z.string() }).meta({ id: 'CommandFailure' }),
});

/** The stream is the failed command's own, of the type of what it was to change: no aggregate's version moves. */
const failure = <const Type extends string>(type: Type) => defineEvent({ type, aggregateType: '*', data });

/** What the command bus records of a signed-in person's command that ran and failed. */
export const COMMAND_FAILED = {
  CREATE: failure('CREATE_FAILED'),
  UPDATE: failure('UPDATE_FAILED'),
  DELETE: failure('DELETE_FAILED'),
  BULK_CREATE: failure('BULK_CREATE_FAILED'),
  BULK_UPDATE: failure('BULK_UPDATE_FAILED'),
  BULK_DELETE: failure('BULK_DELETE_FAILED'),
} as const satisfies Record<CommandKind, EventDefinition>;

export const commandFailedEvents = Object.values(COMMAND_FAILED);

/** Nothing changed. */
export const commandFailedTags: readonly TagRule[] = defineTags(commandFailedEvents, () => []);
