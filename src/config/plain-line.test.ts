import { expect, test } from 'vitest';
import { createLogger } from './logger.ts';
import { plainLine } from './plain-line.ts';

test('a line shows time, level, message and fields', () => {
  const line = {
    level: 'info',
    time: '2026-11-26T12:30:01.123Z',
    pid: 1,
    hostname: 'h',
    url: 'http://x',
    ms: 7,
    names: ['a "b"'],
    msg: 'It "listens"',
  };
  expect(plainLine(JSON.stringify(line))).toBe('12:30:01 info  It "listens" url=http://x ms=7 names=["a \\"b\\""]');
});

test('an error stands below its line, with its stack or without', () => {
  const err = { type: 'Error', message: 'no', stack: 'Error: no\n    at f (file.ts:1:2)' };
  const line = { level: 'error', time: '2026-11-26T12:30:01.123Z', msg: 'failed' };
  expect(plainLine(JSON.stringify({ ...line, err }))).toBe(
    '12:30:01 error failed\n  Error: no\n      at f (file.ts:1:2)',
  );
  expect(plainLine(JSON.stringify({ ...line, err: { type: 'Error', message: 'no' } }))).toBe(
    '12:30:01 error failed\n  Error: no',
  );
});

test('secrets are masked, and nothing reaches the terminal that it would act on', () => {
  const chunks: string[] = [];
  const destination = { write: (chunk: string) => void chunks.push(chunk) };
  const logger = createLogger({ level: 'info', isForPeople: true, destination });
  const hostile = 'a\r\nb\u001b[2J\u009b31m\u007f\u2028\u202e\u0000';
  logger.warn({ [hostile]: hostile, list: [hostile], password: 'canary', err: new Error(hostile) }, hostile);
  const text = chunks.join('');
  expect(text).toContain('a\\r\\nb');
  expect(text).not.toContain('canary');
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]/);
  // Only the lines of the stack begin anew.
  for (const below of text.trimEnd().split('\n').slice(1)) expect(below).toMatch(/^ {2}/);
});
