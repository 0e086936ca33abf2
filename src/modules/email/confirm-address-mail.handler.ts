// On USER_REGISTRATION_COMPLETED, and on USER_UPDATED if the address changed: asks the owner to confirm the address.

import type { Handler } from '../../event-bus/define-handler.ts';
import { accountLinkMail, accountWithNewAddress, ADDRESS_EVENTS, ADDRESS_FIELDS } from './account-link-mail.ts';
import type { EmailServices } from './email-services.ts';
import { defineMailHandler } from './mail-handler.ts';

/** Who has no password yet is asked to set one, which confirms the address as well. */
export function confirmAddressMailHandler(email: EmailServices): Handler {
  return defineMailHandler(email.mailer, {
    name: 'confirm-address-mail',
    events: ADDRESS_EVENTS,
    decrypts: ADDRESS_FIELDS,
    async compose(event) {
      const account = await accountWithNewAddress(email, event);
      if (!account?.hasPassword || account.emailVerified) return null;
      return accountLinkMail(email, 'VERIFY_EMAIL', account);
    },
  });
}
