// On USER_REGISTRATION_REPEATED: tells the owner of the address, at most once a day.

import type { Handler } from '../../event-bus/define-handler.ts';
import { UserRegistrationRepeated } from '../auth/session.events.ts';
import type { EmailServices } from './email-services.ts';
import { addressOf, defineMailHandler } from './mail-handler.ts';
import { registrationRepeatedMail } from './registration-repeated.mail.ts';

export function registrationRepeatedMailHandler({ mailer, findAddressee }: EmailServices): Handler {
  return defineMailHandler(mailer, {
    name: 'registration-repeated-mail',
    events: [UserRegistrationRepeated],
    async compose({ data: { userId, isFirstToday }, timestamp }) {
      const user = isFirstToday ? await findAddressee(userId) : null;
      if (!user) return null;
      const tried = { firstName: user.firstName, triedAt: timestamp };
      return { to: addressOf(user), content: registrationRepeatedMail(tried, mailer.brand) };
    },
  });
}
