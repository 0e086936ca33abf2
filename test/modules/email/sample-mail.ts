import { mailAddress } from '../../../src/modules/email/mail-address.ts';
import type { OutgoingMail } from '../../../src/modules/email/mail-transport.ts';

/** A mail to `ada@example.org`, unless something else is asked for. */
export function sampleMail(overrides: Partial<OutgoingMail> = {}): OutgoingMail {
  return {
    kind: 'welcome',
    messageId: '<0123456789abcdef@example.com>',
    from: mailAddress('robot@example.com', 'Signalbox'),
    to: mailAddress('ada@example.org', 'Ada Lovelace'),
    subject: 'Welcome',
    html: '<p>Hello</p>\n',
    text: 'Hello\n',
    ...overrides,
  };
}

/** For sends that nobody cancels. */
export const NEVER = new AbortController().signal;
