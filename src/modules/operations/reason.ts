import { ValidationError } from '../../errors.ts';

const MAX_REASON = 500;

export const REASON = 'Why; goes into the audit log.';

/** @throws ValidationError */
export function requireReason(text: string): string {
  const reason = text.trim();
  if (reason === '' || reason.length > MAX_REASON) {
    throw ValidationError.at('reason', `A reason has 1 to ${MAX_REASON} characters.`);
  }
  return reason;
}

/** Null when none was given. @throws ValidationError */
export function reasonOf(text: string | null | undefined): string | null {
  return text == null ? null : requireReason(text);
}
