import type { MailAddress } from './mail-address.ts';
import type { MailKind } from './mail-content.ts';

/** A finished mail to one recipient. */
export interface OutgoingMail {
  readonly kind: MailKind;
  readonly messageId: string;
  readonly from: MailAddress;
  readonly to: MailAddress;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

export interface MailTransport extends AsyncDisposable {
  /**
   * Resolves when the other side has taken the mail.
   * @throws EffectRefusedError when it never will; MailNotSentError when trying again may help.
   */
  send(mail: OutgoingMail, signal: AbortSignal): Promise<void>;
  /** Takes away the mails to some addresses, where it keeps mails at all. */
  forget?(isTheirs: (address: string) => boolean): Promise<void>;
}

/** The mail may or may not have gone out; to be tried again. Tells neither the recipient nor anything of the mail. */
export class MailNotSentError extends Error {
  override readonly name = 'MailNotSentError';
}

/** For nodemailer. The envelope is given apart from the headers, so no header can add a recipient. */
export function composeMessage(mail: OutgoingMail) {
  return {
    envelope: { from: mail.from.address, to: [mail.to.address] },
    messageId: mail.messageId,
    from: headerAddress(mail.from),
    to: headerAddress(mail.to),
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    // Asks out-of-office robots not to answer.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function headerAddress({ name, address }: MailAddress): { name: string; address: string } {
  return { name: name ?? '', address };
}
