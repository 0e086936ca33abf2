// On PAYMENT_PROCESSED: sends the receipt to the customer who paid.

import type { Handler } from '../../event-bus/define-handler.ts';
import { PaymentProcessed } from '../payments/payment.events.ts';
import type { EmailServices } from './email-services.ts';
import { addressOf, defineMailHandler } from './mail-handler.ts';
import { paymentReceiptMail } from './payment-receipt.mail.ts';

export function paymentReceiptMailHandler({ mailer, findAddressee, wantsMail }: EmailServices): Handler {
  return defineMailHandler(mailer, {
    name: 'payment-receipt-mail',
    events: [PaymentProcessed],
    async compose({ data: { payment } }) {
      const customer = await findAddressee(payment.customerId);
      if (!customer || !(await wantsMail(payment.customerId))) return null;
      return {
        to: addressOf(customer),
        content: paymentReceiptMail({ payment, firstName: customer.firstName }, mailer.brand),
      };
    },
  });
}
