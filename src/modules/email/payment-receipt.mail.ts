import type { PaymentSnapshot } from '../payments/payment.events.ts';
import { formatMoney } from './format-money.ts';
import { formatTime } from './format-time.ts';
import { facts, greeting, type MailBrand, type MailContent, paragraph } from './mail-content.ts';

export function paymentReceiptMail(
  { payment, firstName }: { readonly payment: PaymentSnapshot; readonly firstName: string },
  brand: MailBrand,
): MailContent {
  const amount = formatMoney(payment.amount);
  return {
    kind: 'payment-receipt',
    subject: `Receipt for your order ${payment.orderNumber}`,
    preview: `We have received your payment of ${amount}.`,
    heading: `You paid ${amount}`,
    blocks: [
      greeting(firstName),
      paragraph('We have received your payment. Thank you! Please keep this mail as your receipt.'),
      facts({
        Order: payment.orderNumber,
        Amount: amount,
        'Paid with': payment.method,
        Paid: formatTime(payment.createdAt),
        Transaction: payment.transactionId,
      }),
    ],
    footer: `You get this mail because you paid for an order at ${brand.publicUrl}.`,
  };
}
