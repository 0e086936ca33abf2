import type { OrderSnapshot } from '../orders/order.events.ts';
import { formatMoney } from './format-money.ts';
import { formatTime } from './format-time.ts';
import { facts, greeting, type MailBrand, type MailContent, paragraph } from './mail-content.ts';

/** More would make a mail that programs cut off. */
const MAX_LINES = 50;

export function orderConfirmationMail(
  { order, firstName }: { readonly order: OrderSnapshot; readonly firstName: string },
  brand: MailBrand,
): MailContent {
  const total = formatMoney(order.total);
  return {
    kind: 'order-confirmation',
    subject: `Your order ${order.orderNumber}`,
    preview: `We have your order over ${total}.`,
    heading: 'Thank you for your order',
    blocks: [
      greeting(firstName),
      paragraph('We have received your order. You get a receipt as soon as it is paid.'),
      facts({ Order: order.orderNumber, Placed: formatTime(order.createdAt) }),
      {
        type: 'lines',
        lines: order.lines.slice(0, MAX_LINES).map(({ name, sku, quantity, unitPrice }) => ({
          name,
          detail: `${quantity} × ${formatMoney(unitPrice)} · ${sku}`,
          amount: formatMoney({
            amount: BigInt(quantity) * BigInt(unitPrice.amount),
            currency: unitPrice.currency,
          }),
        })),
        more: Math.max(0, order.lines.length - MAX_LINES),
        total,
      },
    ],
    footer: `You get this mail because you placed an order at ${brand.publicUrl}.`,
  };
}
