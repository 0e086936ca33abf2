import { expect, test } from 'vitest';
import { describeStartFailure } from './start-failure.ts';

const systemError = (facts: object, message = 'what the system said'): Error =>
  Object.assign(new Error(message), facts);

test.for([
  [
    { syscall: 'listen', code: 'EADDRINUSE', address: '127.0.0.1', port: 4000 },
    'Port 4000 of 127.0.0.1 is in use by another program. Set PORT to another number.',
  ],
  [
    { syscall: 'listen', code: 'EACCES', address: '0.0.0.0', port: 80 },
    'This user may not listen on port 80 of 0.0.0.0. Set PORT to another number.',
  ],
  [
    { syscall: 'mkdir', code: 'EACCES', path: '/srv/data' },
    '/srv/data cannot be opened or made: this user may not (EACCES). Change that, or set SIGNALBOX_DATA_DIR to another folder.',
  ],
  [
    { syscall: 'connect', code: 'ECONNREFUSED', address: '127.0.0.1', port: 5432 },
    'The database of DATABASE_URL does not answer (ECONNREFUSED). Does it run, and is the URL right?',
  ],
  [{ code: '28P01' }, 'The database of DATABASE_URL refused the connection: what the system said.'],
  [{ code: '57P03' }, 'The database of DATABASE_URL was lost (what the system said). Start again once it answers.'],
  [
    { syscall: 'read', code: 'ECONNRESET' },
    'The database of DATABASE_URL was lost (what the system said). Start again once it answers.',
  ],
] as const)('what can be put right is a sentence: $1', ([facts, sentence]) => {
  expect(describeStartFailure(systemError(facts))).toBe(sentence);
  expect(describeStartFailure(new Error('Wrapped.', { cause: systemError(facts) }))).toBe(sentence);
});

test('a connection that the driver found ended is a database that was lost', () => {
  expect(describeStartFailure(systemError({}, 'Connection terminated unexpectedly'))).toBe(
    'The database of DATABASE_URL was lost (Connection terminated unexpectedly). Start again once it answers.',
  );
});

test('a pooler that refuses what it is asked for was not lost', () => {
  expect(describeStartFailure(systemError({ code: '08P01' }))).toMatch(/^Error: what the system said\n +at /);
});

test('an error that was made for the reader is its message, and any other comes with its place', () => {
  expect(describeStartFailure(systemError({ name: 'ConfigError' }, 'PORT must be a number.'))).toBe(
    'PORT must be a number.',
  );
  expect(describeStartFailure(new TypeError('x is not a function'))).toMatch(/^TypeError: x is not a function\n +at /);
  expect(describeStartFailure('nothing')).toBe('nothing');
});
