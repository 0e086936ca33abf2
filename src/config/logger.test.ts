import { expect, test } from 'vitest';
import { createLogger, type Logger } from './logger.ts';

function record(log: (logger: Logger) => void): readonly string[] {
  const chunks: string[] = [];
  log(createLogger({ level: 'info', destination: { write: (chunk) => void chunks.push(chunk) } }));
  return chunks.join('').split('\n').slice(0, -1);
}

function onlyLine(log: (logger: Logger) => void): Record<string, unknown> {
  const lines = record(log);
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '') as Record<string, unknown>;
}

test('a line is one JSON object with time, level by name, message and fields', () => {
  const line = onlyLine((logger) => logger.info({ correlationId: 'c1' }, 'took %d ms', 7));
  expect(line).toMatchObject({
    level: 'info',
    correlationId: 'c1',
    msg: 'took 7 ms',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
  });
});

test('lines below the level are not written', () => {
  expect(record((logger) => logger.debug('quiet'))).toEqual([]);
});

test('line breaks, terminal codes and direction marks in any place stay on one line, escaped, and come back as they were', () => {
  const hostile = 'a\r\n{"level":"fatal"}\u001b[2J\u009b31m\u007f\u2028\u202e\u0000';
  const log = (logger: Logger): void =>
    logger.child({ [hostile]: hostile }).warn({ field: hostile, err: new Error(hostile) }, hostile);
  const lines = record(log);
  expect(lines).toHaveLength(1);
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  expect(lines[0]).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u202e]/);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    msg: hostile,
    field: hostile,
    err: { message: hostile },
    [hostile]: hostile,
  });
});

test('secrets are masked in fields, in those of a child, in values for placeholders and inside texts', () => {
  const lines = record((logger) => {
    logger.info({ input: { user: { password: 'canary' } }, headers: { authorization: 'canary' } }, 'login');
    logger.child({ refreshToken: 'canary' }).info('refreshed');
    logger.child({ a: 1 }).child({ cookie: 'canary' }).info('of a child');
    logger.info('input %j', { password: 'canary' });
    logger.info('connecting to postgres://app:canary@db/x');
  });
  expect(lines).toHaveLength(5);
  expect(lines.join()).not.toContain('canary');
});

test.each<[string, (logger: Logger, error: Error) => void]>([
  ['alone', (logger, error) => logger.error(error)],
  ['as err', (logger, error) => logger.error({ err: error })],
  ['as err with a message', (logger, error) => logger.error({ err: error }, 'write failed')],
  ['under another name', (logger, error) => logger.error({ reason: error }, 'write failed')],
  ['for a placeholder', (logger, error) => logger.error('write failed: %s', error)],
  ['as a cause', (logger, error) => logger.error(new Error('write failed', { cause: error }))],
  ['in a child', (logger, error) => logger.child({ err: error }).error('write failed')],
])('a database error logged %s says what broke and shows no value', (_case, log) => {
  const error = Object.assign(new Error('duplicate key\n - detail: Key (email)=(canary) exists'), {
    code: '23505',
    severity: 'ERROR',
    detail: 'canary',
    params: ['canary'],
  });
  const line = JSON.stringify(onlyLine((logger) => log(logger, error)));
  expect(line).toContain('duplicate key');
  expect(line).not.toContain('canary');
});

test('an error alone gives its message and its kind', () => {
  const line = onlyLine((logger) => logger.error(new RangeError('too far')));
  expect(line).toMatchObject({
    msg: 'too far',
    err: { type: 'RangeError', message: 'too far', stack: expect.stringContaining('    at ') as string },
  });
});
