import { pageOfRecords, type PersonalData } from '../../graphql/personal-data.ts';

interface PaymentRecord extends Readonly<Record<string, unknown>> {
  readonly id: string;
}

/** Kept after an erasure, as books are: they name the customer by an id, and nobody by a name. */
export const paymentsPersonalData: PersonalData = {
  sections: [
    {
      name: 'payments',
      async read(sql, personId, after, limit) {
        const rows = await sql<PaymentRecord>(
          `select id, order_id as "orderId", order_number as "orderNumber", amount::text as amount, currency, method,
                  transaction_id as "transactionId", status, failure_reason as "failureReason", created_at as "createdAt"
           from payment where customer_id = $1 and ($2::uuid is null or id > $2) order by id limit $3`,
          [personId, after, limit],
        );
        return pageOfRecords(rows, limit, ({ id }) => id);
      },
    },
  ],
};
