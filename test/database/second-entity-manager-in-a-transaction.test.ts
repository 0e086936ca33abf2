import { expect, test } from 'vitest';
import { leaveTransactionScope, openTransactionOf } from '../../src/database/open-transaction.ts';
import { sqlOf } from '../../src/database/sql.ts';
import { transact } from '../../src/database/transact.ts';
import { databaseKinds, openSampleDatabase } from '../event-store/sample-database.ts';

test.for(databaseKinds)(
  'on %s a second entity manager inside a transaction is refused, not waited for',
  async (kind) => {
    await using sample = await openSampleDatabase(kind);
    const { database } = sample;

    await transact(database, async (em) => {
      expect(() => database.reader()).toThrow('A second entity manager inside a transaction');
      expect(() => database.sql('select 1')).toThrow('A second entity manager inside a transaction');
      await transact(database, async () => {
        expect(() => database.reader()).toThrow('A second entity manager inside a transaction');
      });
      expect(await sqlOf(em)('select 1 as one')).toEqual([{ one: 1 }]);
      // Work that a transaction only sets off is not inside.
      expect(leaveTransactionScope(() => openTransactionOf())).toBeNull();
    });

    expect(await database.sql('select 1 as one')).toEqual([{ one: 1 }]);
  },
);
