import { z } from 'zod';

const MAX_REASON = 500;
const MESSAGE = `A reason has 1 to ${MAX_REASON} characters.`;

export const REASON = 'Why; goes into the audit log.';

export const reasonInput = z.string().trim().min(1, MESSAGE).max(MAX_REASON, MESSAGE);

/** Null when none was given. */
export const optionalReasonInput = reasonInput.nullish().transform((reason) => reason ?? null);
