// On USER_REGISTRATION_COMPLETED, and on USER_UPDATED if the address changed, of an account that has no password yet:
// sends the link to set one.

import type { Handler } from '../../event-bus/define-handler.ts';
import { accountLinkMail, accountWithNewAddress, ADDRESS_EVENTS, ADDRESS_FIELDS } from './account-link-mail.ts';
import type { EmailServices } from './email-services.ts';
import { defineMailHandler } from './mail-handler.ts';

export function setPasswordMailHandler(email: EmailServices): Handler {
  return defineMailHandler(email.mailer, {
    name: 'set-password-mail',
    events: ADDRESS_EVENTS,
    decrypts: ADDRESS_FIELDS,
    async compose(event) {
      const account = await accountWithNewAddress(email, event);
      return account && !account.hasPassword ? accountLinkMail(email, 'SET_PASSWORD', account) : null;
    },
  });
}
