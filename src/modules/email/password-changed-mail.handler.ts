// On USER_PASSWORD_CHANGED: tells the user, who cannot switch this one off.

import type { Handler } from '../../event-bus/define-handler.ts';
import { UserPasswordChanged } from '../users/user.events.ts';
import type { EmailServices } from './email-services.ts';
import { addressOf, defineMailHandler } from './mail-handler.ts';
import { passwordChangedMail } from './password-changed.mail.ts';

export function passwordChangedMailHandler({ mailer, findAddressee }: EmailServices): Handler {
  return defineMailHandler(mailer, {
    name: 'password-changed-mail',
    events: [UserPasswordChanged],
    decrypts: ['metadata.ipAddress'],
    async compose({ data: { userId }, timestamp, metadata: { ipAddress } }) {
      const user = await findAddressee(userId);
      if (!user) return null;
      const change = { firstName: user.firstName, changedAt: timestamp, ipAddress };
      return { to: addressOf(user), content: passwordChangedMail(change, mailer.brand) };
    },
  });
}
