import { pageOfRecords, type PersonalData } from '../../graphql/personal-data.ts';

interface OrderRecord extends Readonly<Record<string, unknown>> {
  readonly id: string;
}

/** Kept after an erasure, as books are: they name the customer by an id, and nobody by a name. */
export const ordersPersonalData: PersonalData = {
  sections: [
    {
      name: 'orders',
      async read(sql, personId, after, limit) {
        const rows = await sql<OrderRecord>(
          `select id, order_number as "orderNumber", status, currency, total::text as total, lines, created_at as "createdAt",
                  updated_at as "updatedAt"
           from app_order where customer_id = $1 and ($2::uuid is null or id > $2) order by id limit $3`,
          [personId, after, limit],
        );
        return pageOfRecords(rows, limit, ({ id }) => id);
      },
    },
  ],
};
