import { z } from 'zod';
import { idInput } from '../../graphql/id-input.ts';
import { secretInput } from '../../graphql/secret-input.ts';

export const paymentInput = z.object({
  orderId: idInput('orderId'),
  amount: z.int(),
  currency: z.string(),
  // Letters first: a card number is no method.
  method: z.string().regex(/^[A-Za-z][A-Za-z_]{0,31}$/, 'The method is a word of at most 32 letters, such as card.'),
  token: z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, 'The token has 1 to 200 printable characters without blanks.')
    .pipe(secretInput),
});
