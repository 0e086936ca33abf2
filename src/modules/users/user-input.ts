import { z } from 'zod';

/** Control characters and line separators have no place in a name, and CR/LF would reach mail headers. */
// oxlint-disable-next-line no-control-regex -- they are what is refused
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

const safeText = (label: string, max: number) =>
  z
    .string()
    .trim()
    .min(1, `${label} must not be empty.`)
    .max(max, `${label} has at most ${max} characters.`)
    .refine((text) => text.isWellFormed() && !CONTROL.test(text), `${label} contains characters that are not allowed.`);

const emailInput = z
  .string()
  .trim()
  .max(254, 'The e-mail address has at most 254 characters.')
  .pipe(z.email('The e-mail address is not valid.'));

const usernameInput = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{1,30})[A-Za-z0-9]$/, {
    message:
      'A username has 3 to 32 letters, digits, dots, hyphens or underscores, and begins and ends with a letter or digit.',
  });

const firstNameInput = safeText('The first name', 100);
const lastNameInput = safeText('The last name', 100);

export const personInput = z.strictObject({
  email: emailInput,
  username: usernameInput,
  firstName: firstNameInput,
  lastName: lastNameInput,
});

/** Null means the same as absent: leave it as it is. */
const unlessNull = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined);

export const personChangeInput = z.strictObject({
  email: unlessNull(emailInput),
  username: unlessNull(usernameInput),
  firstName: unlessNull(firstNameInput),
  lastName: unlessNull(lastNameInput),
});
