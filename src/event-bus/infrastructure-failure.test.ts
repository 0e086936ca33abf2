import { expect, test } from 'vitest';
import { isInfrastructureFailure } from './infrastructure-failure.ts';
import { HandlerTimeoutError } from './lane.ts';

const withCode = (code: string, message = 'It failed.'): Error => Object.assign(new Error(message), { code });

test.for([
  '08006',
  '40001',
  '40P01',
  '53300',
  '53200',
  '57P01',
  '57P03',
  '25P03',
  '25006',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
])('%s says nothing about the event', (code) => {
  expect(isInfrastructureFailure(withCode(code))).toBe(true);
  expect(isInfrastructureFailure(new Error('wrapped', { cause: withCode(code) }))).toBe(true);
});

test.for([
  'Connection terminated unexpectedly',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error and is not queryable',
])('neither does: %s', (message) => {
  expect(isInfrastructureFailure(new Error(message))).toBe(true);
});

test.for(['23505', '22P02', '42P01', '57014', 'ERR_INVALID_ARG_TYPE'])('%s is a failure of the event', (code) => {
  expect(isInfrastructureFailure(withCode(code))).toBe(false);
});

test('a time-out is a failure of the event, even if its session was ended meanwhile', () => {
  expect(isInfrastructureFailure(new HandlerTimeoutError('No end.', { cause: withCode('25P03') }))).toBe(false);
});

test('an error that is its own cause has an answer too', () => {
  const error = new Error('A circle.');
  error.cause = error;
  expect(isInfrastructureFailure(error)).toBe(false);
  expect(isInfrastructureFailure('text')).toBe(false);
  expect(isInfrastructureFailure(undefined)).toBe(false);
});
