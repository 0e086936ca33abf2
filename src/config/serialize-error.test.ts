import { expect, test } from 'vitest';
import { serializeError } from './serialize-error.ts';

/** As MikroORM throws it: `detail` in a field, in the message and in the stack; the statement with its values in `query`. */
function uniqueViolation(): Error {
  const detail = 'Key (email)=(canary@example.com) already exists.';
  const error = new Error(`duplicate key value violates unique constraint "user_email_unique"\n - detail: ${detail}`);
  const query = `insert into "user" ("email") values ('canary@example.com')`;
  return Object.assign(error, {
    code: '23505',
    severity: 'ERROR',
    detail,
    query,
    params: ['canary@example.com'],
    where: 'canary',
    table: 'user',
    constraint: 'user_email_unique',
  });
}

test('an error keeps its type, message, code, stack and causes', () => {
  const cause = Object.assign(new TypeError('inner'), { code: 'E_INNER' });
  const serialized = serializeError(new Error('outer', { cause }));
  expect(serialized).toMatchObject({
    type: 'Error',
    message: 'outer',
    cause: { type: 'TypeError', message: 'inner', code: 'E_INNER' },
  });
  expect(serialized.stack).toMatch(/^Error: outer\n {4}at /);
});

test('a database error keeps what broke and loses every value of the row, also as a cause', () => {
  const serialized = serializeError(new Error('flush failed', { cause: uniqueViolation() }));
  expect(serialized.cause).toMatchObject({
    message: 'duplicate key value violates unique constraint "user_email_unique"',
    code: '23505',
    table: 'user',
    constraint: 'user_email_unique',
  });
  expect(JSON.stringify(serialized)).not.toContain('canary');
});

test.each([
  'invalid input syntax for type integer: "canary"',
  'value "canary" is out of range for type integer',
  'invalid input syntax for type uuid: "can"ary"',
])('the value that PostgreSQL quotes is left out of: %s', (message) => {
  const serialized = serializeError(Object.assign(new Error(message), { code: '22P02', severity: 'ERROR' }));
  expect(JSON.stringify(serialized)).not.toMatch(/canary|ary"/);
  expect(serialized.message).toContain('[redacted]');
});

test('the parts of an aggregate error are kept', () => {
  const serialized = serializeError(new AggregateError([new Error('one'), new Error('two')], 'both'));
  expect(serialized.errors?.map((part) => part.message)).toEqual(['one', 'two']);
});

test('a chain of causes that never ends is cut', () => {
  const error = new Error('ring');
  error.cause = error;
  expect(JSON.stringify(serializeError(error)).match(/"message"/g)).toHaveLength(6);
});
