import { z } from 'zod';
import { safeText } from '../../graphql/input-text.ts';

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
