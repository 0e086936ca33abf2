import { EffectRefusedError } from '../../event-bus/define-handler.ts';
import { MailNotSentError } from './mail-transport.ts';

/** What nodemailer tells about a failed delivery. */
interface SmtpFacts {
  readonly code?: unknown;
  readonly command?: unknown;
  readonly responseCode?: unknown;
  readonly response?: unknown;
}

/**
 * Turns nodemailer's error into one of ours, which quotes the server's codes but none of its words: those name the
 * recipient, and end up in dead letters and logs.
 *
 * A refusal counts as final only if it is about this recipient or this mail (5xx to RCPT TO or DATA). A server that
 * refuses our login, our sender or our address (x.7.x: policy) refuses every mail: that is trouble with the dependency.
 */
export function toDeliveryError(error: unknown): EffectRefusedError | MailNotSentError {
  const facts = error instanceof Error ? (error as SmtpFacts) : {};
  const status = typeof facts.responseCode === 'number' ? facts.responseCode : 0;
  const command = typeof facts.command === 'string' ? facts.command : '';
  const enhanced = enhancedStatusOf(facts.response);
  const told = [command, status || null, enhanced, status === 0 ? facts.code : null].filter(
    (part) => typeof part === 'number' || (typeof part === 'string' && part !== ''),
  );
  const isFinal =
    status >= 500 &&
    !LATER_SESSION_MAY_WORK.has(status) &&
    (command === 'RCPT TO' || command === 'DATA') &&
    enhanced?.split('.')[1] !== POLICY;
  const codes = told.length === 0 ? '' : ` (${told.join(' ')})`;
  if (isFinal) return new EffectRefusedError(`The mail server refused the mail for good${codes}.`);
  return new MailNotSentError(`The mail was not sent${codes}.`);
}

/** Wrong order of commands, missing or refused login, encryption needed. */
const LATER_SESSION_MAY_WORK: ReadonlySet<number> = new Set([503, 530, 534, 535, 538]);
/** The subject of x.7.x in RFC 3463: security or policy. */
const POLICY = '7';

function enhancedStatusOf(response: unknown): string | null {
  const [, status = null] = (typeof response === 'string' && /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)) || [];
  return status;
}
