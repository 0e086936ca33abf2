// On USER_UPDATED, if the address changed: writes to the old and to the new one. Two handlers, so that each mail has its
// own place in the ledger: an address that refuses its mail neither stops nor repeats the other one.

import type { EventOf, Handler } from '../../event-bus/define-handler.ts';
import { UserUpdated } from '../users/user.events.ts';
import { addressAddedMail, type AddressChange, addressRemovedMail } from './address-changed.mail.ts';
import type { EmailServices } from './email-services.ts';
import { addressOf, defineMailHandler } from './mail-handler.ts';

const CHANGED_FIELDS = ['user', 'previousData'].flatMap((user) =>
  ['email', 'firstName', 'lastName'].map((field) => `${user}.${field}`),
);

export function addressRemovedMailHandler({ mailer }: EmailServices): Handler {
  return defineMailHandler(mailer, {
    name: 'address-removed-mail',
    events: [UserUpdated],
    decrypts: CHANGED_FIELDS,
    async compose(event) {
      const change = addressChangeIn(event);
      return change && { to: addressOf(change.before), content: addressRemovedMail(change, mailer.brand) };
    },
  });
}

export function addressAddedMailHandler({ mailer }: EmailServices): Handler {
  return defineMailHandler(mailer, {
    name: 'address-added-mail',
    events: [UserUpdated],
    decrypts: CHANGED_FIELDS,
    async compose(event) {
      const change = addressChangeIn(event);
      return change && { to: addressOf(change.after), content: addressAddedMail(change, mailer.brand) };
    },
  });
}

/** Null when it is the same mailbox: addresses are equal whatever their case. */
function addressChangeIn({ data, timestamp }: EventOf<typeof UserUpdated>): AddressChange | null {
  const { previousData: before, user: after } = data;
  return before.email.toLowerCase() === after.email.toLowerCase() ? null : { before, after, changedAt: timestamp };
}
