import { z } from 'zod';
import { safeText } from '../../graphql/input-text.ts';
import { CURRENCIES } from './currencies.ts';

const MAX_LINES = 100;

const lineInput = z.strictObject({
  sku: safeText('The SKU', 64),
  name: safeText('The name', 200),
  quantity: z.int32().min(1, 'The quantity is at least 1.'),
  unitPrice: z.int().min(0, 'The unit price must not be negative.'),
});
export type OrderLineInput = z.output<typeof lineInput>;

const linesInput = z
  .array(lineInput)
  .min(1, 'An order has at least one line.')
  .max(MAX_LINES, `An order has at most ${MAX_LINES} lines.`);

export const newOrderInput = z.strictObject({
  lines: linesInput,
  currency: z.string().refine((code) => CURRENCIES.has(code), 'The currency is not a code of ISO 4217, as EUR.'),
});

export const orderChangeInput = z.strictObject({ lines: linesInput });

export const reasonInput = z.strictObject({ reason: safeText('The reason', 500) });
