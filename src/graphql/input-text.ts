import { z } from 'zod';

/** Control characters and line separators have no place in one line of text, and CR/LF would reach mail headers. */
// oxlint-disable-next-line no-control-regex -- they are what is refused
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** One line of text from a client, trimmed: 1 to `max` characters. `label` begins the message, as in `The name`. */
export const safeText = (label: string, max: number) =>
  z
    .string()
    .trim()
    .min(1, `${label} must not be empty.`)
    .max(max, `${label} has at most ${max} characters.`)
    .refine((text) => text.isWellFormed() && !CONTROL.test(text), `${label} contains characters that are not allowed.`);
