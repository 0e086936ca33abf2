import { z } from 'zod';
import { requireUuid } from './node.type.ts';

/** An aggregate's id in the input of a command. Malformed, it is BAD_USER_INPUT, as in every other argument. */
export const idInput = (argument = 'id') => z.string().transform((id) => requireUuid(id, argument));
