import { expect, test } from 'vitest';
import { describeFailure } from './describe-failure.ts';

test('tells the class, message, frames and causes of an error', () => {
  const description = describeFailure(new TypeError('outer', { cause: new RangeError('inner') }));
  expect(description).toMatchObject({
    name: 'TypeError',
    message: 'outer',
    cause: { name: 'RangeError', message: 'inner' },
  });
  expect(description.frames).toMatch(/^ {4}at /);
});

test('of a database error only the class and the SQLSTATE', () => {
  const hash = '$argon2id$v=19$canary';
  const cause = Object.assign(new Error(`Key (hash)=(${hash}) already exists`), { code: '23505' });
  const error = new Error(`insert into users (hash) values ('${hash}')`, { cause });
  error.name = 'UniqueConstraintViolationException';
  const description = describeFailure(error);
  expect(description).toMatchObject({ name: 'UniqueConstraintViolationException', cause: { code: '23505' } });
  expect(JSON.stringify(description)).not.toContain('canary');
});

test('follows a chain of causes only so far, and takes what is no error', () => {
  const error = new Error('loop');
  error.cause = error;
  expect(JSON.stringify(describeFailure(error)).match(/loop/g)).toHaveLength(4);
  expect(describeFailure('secret text')).toEqual({ name: 'string' });
});
