// On SEND_WELCOME_EMAIL: writes to the new user, then records WELCOME_EMAIL_SENT.

import type { Handler } from '../../event-bus/define-handler.ts';
import { isHidden } from '../../event-store/sensitive-field.ts';
import { SendWelcomeEmail } from '../onboarding/onboarding.events.ts';
import type { EmailServices } from './email-services.ts';
import { addressOf, defineMailHandler } from './mail-handler.ts';
import { welcomeMail } from './welcome.mail.ts';

/** Asks nobody whether they want it: it belongs to the registration, which waits for WELCOME_EMAIL_SENT. */
export function welcomeMailHandler({ mailer, findAddressee, recordWelcomeMail }: EmailServices): Handler {
  return defineMailHandler(mailer, {
    name: 'welcome-mail',
    events: [SendWelcomeEmail],
    decrypts: ['user.email', 'user.firstName', 'user.lastName'],
    async compose({ data: { user } }) {
      // While the mail server was away, the account may have gone.
      if (isHidden(user.email) || !(await findAddressee(user.id))) return null;
      return { to: addressOf(user), content: welcomeMail(user, mailer.brand) };
    },
    afterwards: ({ data: { user } }, em) => recordWelcomeMail(em, user.id),
  });
}
