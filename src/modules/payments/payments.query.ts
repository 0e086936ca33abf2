import { RequestError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { connectionOf, connectionType, pageOf } from '../../graphql/connection.ts';
import type { Context } from '../../graphql/context.ts';
import { requireUuid } from '../../graphql/node.type.ts';
import { cachedPaymentCount, cachedPaymentPage, cachedPayments } from './payment-list.ts';
import { maySeePaymentsOf } from './payment.policy.ts';
import type { PaymentSearch } from './payment.repository.ts';
import { PaymentStatusType, PaymentType } from './payment.type.ts';

const PaymentConnection = connectionType('Payment', PaymentType);

const PaymentFilter = builder.inputType('PaymentFilter', {
  fields: (t) => ({
    status: t.field({ type: PaymentStatusType }),
    orderId: t.id(),
    customerId: t.id({ description: 'Another than oneself: with payments:read.' }),
    createdAfter: t.field({ type: 'DateTime' }),
    createdBefore: t.field({ type: 'DateTime' }),
  }),
});

builder.queryField('payments', (t) =>
  t.field({
    type: PaymentConnection,
    description: "The newest first: your own, with payments:read everybody's.",
    authScopes: { authenticated: true },
    args: { filter: t.arg({ type: PaymentFilter }), first: t.arg.int(), after: t.arg.string() },
    resolve: async (_root, args, context) => {
      const search = searchOf(context, args.filter);
      const page = pageOf(args, 2);
      const ids = await cachedPaymentPage(context, search, page);
      const payments = (await cachedPayments(context, ids)).filter((payment) => payment !== null);
      return connectionOf(
        page,
        payments,
        (payment) => [payment.createdAt, payment.id],
        () => cachedPaymentCount(context, search),
      );
    },
  }),
);

/** @throws RequestError */
function searchOf({ viewer }: Context, filter: typeof PaymentFilter.$inferInput | null | undefined): PaymentSearch {
  const asked = filter?.customerId == null ? undefined : requireUuid(filter.customerId, 'customerId');
  const customerId = asked ?? (viewer?.permissions.has('payments:read') ? undefined : viewer?.userId);
  if (customerId !== undefined && !maySeePaymentsOf(viewer, customerId))
    throw new RequestError('FORBIDDEN', 'You may only list your own payments.');
  return {
    status: filter?.status ?? undefined,
    customerId,
    orderId: filter?.orderId == null ? undefined : requireUuid(filter.orderId, 'orderId'),
    createdAfter: filter?.createdAfter ?? undefined,
    createdBefore: filter?.createdBefore ?? undefined,
  };
}
