import { expect, test } from 'vitest';
import { sqlOf } from '../../src/database/sql.ts';
import { TransactionAbortedError } from '../../src/database/statement.ts';
import { transact } from '../../src/database/transact.ts';
import {
  databaseKinds,
  inCommand,
  openSampleDatabase,
  type SampleDatabase,
  storedTypes,
} from '../event-store/sample-database.ts';
import { Shelf } from '../event-store/sample-library.ts';

const NONSENSE = 'select 1 / 0';

test.for(databaseKinds)('on %s, work that hides a failed statement is told that nothing was kept', async (kind) => {
  await using sample = await openSampleDatabase(kind);
  const before = sample.wakes();

  const hidden = inCommand(() =>
    transact(sample.database, async (em) => {
      em.persist(Shelf.open('lost'));
      await em.flush();
      await sqlOf(em)(NONSENSE).catch(() => undefined);
    }),
  );
  await expect(hidden).rejects.toThrow(TransactionAbortedError);
  const hiddenInTheOrm = transact(sample.database, async (em) => {
    await em.execute(NONSENSE).catch(() => undefined);
  });
  await expect(hiddenInTheOrm).rejects.toThrow(TransactionAbortedError);

  expect(await storedTypes(sample)).toEqual([]);
  expect(sample.wakes()).toBe(before);
  await expectUsable(sample);
});

test.for(databaseKinds)('on %s, a failure that stayed inside a savepoint may be hidden', async (kind) => {
  await using sample = await openSampleDatabase(kind);

  await inCommand(() =>
    transact(sample.database, async (em) => {
      em.persist(Shelf.open('kept'));
      await em.flush();
      const inner = transact(sample.database, async (nested) => {
        nested.persist(Shelf.open('lost'));
        await nested.flush();
        await sqlOf(nested)(NONSENSE);
      });
      await expect(inner).rejects.toThrow('division by zero');
      const hidden = transact(sample.database, async (nested) => {
        await sqlOf(nested)(NONSENSE).catch(() => undefined);
      });
      await expect(hidden).rejects.toThrow(/aborted|rolled it back/);
    }),
  );

  expect(await storedTypes(sample)).toEqual(['SHELF_OPENED']);
  await expectUsable(sample);
});

async function expectUsable({ database }: SampleDatabase): Promise<void> {
  expect(await transact(database, async (em) => sqlOf(em)('select 1 as one'))).toEqual([{ one: 1 }]);
}
