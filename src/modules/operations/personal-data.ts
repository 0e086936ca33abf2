import type { PersonalData } from '../../graphql/personal-data.ts';

/** The address and device of a connection are noted for a minute when an operator asks: gone before anybody could export them. */
export const operationsPersonalData: PersonalData = {
  async forget(sql, personId) {
    await sql(
      `update live_node set connections =
         (select coalesce(jsonb_agg(each), '[]') from jsonb_array_elements(connections) each where each->>'userId' is distinct from $1::text)
       where connections::text like '%' || $1::text || '%'`,
      [personId],
    );
  },
};
