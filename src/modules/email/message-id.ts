import { createHash } from 'node:crypto';
import { domainOf, type MailAddress } from './mail-address.ts';

/**
 * The Message-ID of the one mail that a cause (an event's id) makes for a recipient: the same for every attempt, so that
 * a mail server or mailbox that got it already can drop the repeat. Tells neither the cause nor the recipient.
 */
export function messageIdOf(cause: string, to: MailAddress, from: MailAddress): string {
  const digest = createHash('sha256').update(`${cause}\n${to.address.toLowerCase()}`).digest('hex').slice(0, 40);
  return `<${digest}@${domainOf(from)}>`;
}
