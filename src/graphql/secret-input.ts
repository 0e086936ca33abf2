import { z } from 'zod';
import { Secret } from '../event-bus/secret.ts';

/** For passwords and tokens in the input of a command. */
export const secretInput = z.string().transform((text) => new Secret(text));
