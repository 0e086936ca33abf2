import { z } from 'zod';

const nameInput = z
  .string()
  .trim()
  .regex(/^[A-Za-z][A-Za-z0-9 _-]{1,48}[A-Za-z0-9]$/, {
    message: 'A role name has 3 to 50 letters, digits, spaces, hyphens or underscores, and begins with a letter.',
  });

const descriptionInput = z
  .string()
  .trim()
  .max(500, 'The description has at most 500 characters.')
  .refine(
    (text) => text.isWellFormed() && !/\p{Cc}/u.test(text),
    'The description contains characters that are not allowed.',
  );

export const newRoleInput = z.strictObject({
  name: nameInput,
  description: descriptionInput.nullish().transform((description) => description ?? ''),
  permissions: z
    .array(z.string())
    .max(200, 'A role has at most 200 permissions.')
    .nullish()
    .transform((permissions) => permissions ?? []),
});

/** Null means the same as absent: leave it as it is. */
export const roleChangeInput = z.strictObject({
  name: nameInput.nullish().transform((name) => name ?? undefined),
  description: descriptionInput.nullish().transform((description) => description ?? undefined),
});
