// On ORDER_CREATED: confirms the order to its customer.

import type { Handler } from '../../event-bus/define-handler.ts';
import { OrderCreated } from '../orders/order.events.ts';
import type { EmailServices } from './email-services.ts';
import { addressOf, defineMailHandler } from './mail-handler.ts';
import { orderConfirmationMail } from './order-confirmation.mail.ts';

export function orderConfirmationMailHandler({ mailer, findAddressee, wantsMail }: EmailServices): Handler {
  return defineMailHandler(mailer, {
    name: 'order-confirmation-mail',
    events: [OrderCreated],
    async compose({ data: { order } }) {
      const customer = await findAddressee(order.customerId);
      if (!customer || !(await wantsMail(order.customerId))) return null;
      return {
        to: addressOf(customer),
        content: orderConfirmationMail({ order, firstName: customer.firstName }, mailer.brand),
      };
    },
  });
}
