import { GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import { InvalidTokenError, RequestError } from '../errors.ts';
import { maskErrors } from './mask-error.ts';

function mask(error: unknown): { shown: unknown[]; reported: unknown[] } {
  const reported: unknown[] = [];
  const errors = maskErrors(error, { requestId: 'r1', production: false, report: (one) => reported.push(one) });
  return { shown: errors.map((one) => one.toJSON()), reported };
}

const wrapped = (originalError: Error, path?: string[]): GraphQLError =>
  new GraphQLError(`wrapped: ${originalError.message}`, { originalError, ...(path === undefined ? {} : { path }) });
const UNEXPECTED = { message: 'Unexpected error.', extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'r1' } };

test('shows an expected error through all its wrappers, and reports nothing', () => {
  const { shown, reported } = mask(wrapped(wrapped(new InvalidTokenError('Used.')), ['a', 'b']));
  expect(shown).toEqual([
    { message: 'Used.', path: ['a', 'b'], extensions: { code: 'INVALID_TOKEN', requestId: 'r1' } },
  ]);
  expect(reported).toEqual([]);
});

test('reports what was thrown, not its wrapper, whose class would hide that it came from the database', () => {
  const thrown = new Error('secret');
  const { shown, reported } = mask(wrapped(wrapped(thrown), ['a']));
  expect(shown).toEqual([{ ...UNEXPECTED, path: ['a'] }]);
  expect(reported).toEqual([thrown]);
});

test('says of a database that is away that it is worth trying again, reports it, and repeats nothing of it', () => {
  const thrown = Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' });
  const { shown, reported } = mask(wrapped(new Error('secret', { cause: thrown }), ['a']));
  expect(shown).toEqual([
    {
      message: 'The service is not available at the moment. Try again.',
      path: ['a'],
      extensions: { code: 'SERVICE_UNAVAILABLE', requestId: 'r1' },
    },
  ]);
  expect(reported).toHaveLength(1);
});

test('details cannot pass for the code or the id', () => {
  const { shown } = mask(new RequestError('RATE_LIMITED', 'Slow.', { retryAfterMs: 900, code: 'X', requestId: 'Y' }));
  expect(shown).toEqual([
    { message: 'Slow.', extensions: { retryAfterMs: 900, code: 'RATE_LIMITED', requestId: 'r1' } },
  ]);
});

test('shows each error of several', () => {
  const { shown } = mask(new AggregateError([new RequestError('FORBIDDEN', 'No.'), new Error('secret')]));
  expect(shown).toMatchObject([{ message: 'No.' }, UNEXPECTED]);
});

test.each([
  ['a code that is not published', new GraphQLError('secret', { path: ['a'], extensions: { code: 'ER_DUP_ENTRY' } })],
  ['a value that the server got wrong', new GraphQLError('Int cannot represent secret', { path: ['a'] })],
  ['text', 'secret'],
  ['nothing', undefined],
])('masks %s', (_name, error) => {
  const { shown, reported } = mask(error);
  expect(shown).toMatchObject([UNEXPECTED]);
  expect(reported).toEqual([error]);
});

test('takes the refusals of Pothos for the client’s fault', () => {
  const refusal = new GraphQLError('Invalid global ID: x');
  refusal.name = 'PothosValidationError';
  expect(mask(wrapped(refusal, ['node'])).shown).toMatchObject([
    { message: 'Invalid global ID: x', extensions: { code: 'BAD_USER_INPUT' } },
  ]);
});
