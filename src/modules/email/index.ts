import type { ModuleManifest } from '../../graphql/module-manifest.ts';
import { addressAddedMailHandler, addressRemovedMailHandler } from './address-changed-mail.handler.ts';
import { confirmAddressMailHandler } from './confirm-address-mail.handler.ts';
import { importFinishedMailHandler } from './import-finished-mail.handler.ts';
import { orderConfirmationMailHandler } from './order-confirmation-mail.handler.ts';
import { passwordChangedMailHandler } from './password-changed-mail.handler.ts';
import { paymentReceiptMailHandler } from './payment-receipt-mail.handler.ts';
import { registrationRepeatedMailHandler } from './registration-repeated-mail.handler.ts';
import { setPasswordMailHandler } from './set-password-mail.handler.ts';
import { welcomeMailHandler } from './welcome-mail.handler.ts';

export const emailModule: ModuleManifest = {
  name: 'email',
  entities: [],
  events: [],
  permissions: [],
  handlers: ({ email }) => [
    welcomeMailHandler(email),
    addressRemovedMailHandler(email),
    addressAddedMailHandler(email),
    confirmAddressMailHandler(email),
    setPasswordMailHandler(email),
    orderConfirmationMailHandler(email),
    paymentReceiptMailHandler(email),
    passwordChangedMailHandler(email),
    importFinishedMailHandler(email),
    registrationRepeatedMailHandler(email),
  ],
};
