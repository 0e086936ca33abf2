import { expect, test } from 'vitest';
import { openSampleDatabase } from '../event-store/sample-database.ts';

test('an error of the embedded database says what one of a server does', async () => {
  await using server = await openSampleDatabase('postgres');
  await using embedded = await openSampleDatabase('embedded');
  const errors = await Promise.all(
    [server, embedded].map(async ({ database: { sql } }) => {
      await sql('create table taken (id integer constraint taken_once primary key)');
      await sql('insert into taken values (1)');
      return sql('insert into taken values ($1)', [1]).catch((error: unknown) => error);
    }),
  );
  for (const error of errors) {
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      message: 'duplicate key value violates unique constraint "taken_once"',
      code: '23505',
      severity: 'ERROR',
      detail: 'Key (id)=(1) already exists.',
      table: 'taken',
      constraint: 'taken_once',
    });
  }
});
