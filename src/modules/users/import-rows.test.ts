import { expect, test } from 'vitest';
import { checkRows, type ImportRow, rejectFailed, type RowRules, takenNames } from './import-rows.ts';

const RULES: RowRules = {
  passwordProblem: (password) => (password === 'weak' ? 'Too weak.' : null),
  isRole: (roleId) => roleId === 'clerk',
  takenEmails: new Set(['taken@example.org']),
  takenUsernames: new Set(['taken']),
};

function row(overrides: Partial<ImportRow> = {}): ImportRow {
  return {
    email: 'ada@example.org',
    username: 'ada',
    firstName: 'Ada',
    lastName: 'Lovelace',
    password: null,
    roleId: null,
    ...overrides,
  };
}

const pathsOf = (rows: readonly ImportRow[]) =>
  checkRows(rows, RULES).failed.map(({ index, errors }) => [index, errors.map(({ path }) => path.join('.')).sort()]);

test('a row is cleaned as every input of a person is', () => {
  const { good, failed } = checkRows([row({ email: ' ada@example.org ', roleId: 'clerk', password: 'fine' })], RULES);
  expect(failed).toEqual([]);
  expect(good).toEqual([
    {
      index: 0,
      person: { email: 'ada@example.org', username: 'ada', firstName: 'Ada', lastName: 'Lovelace' },
      password: 'fine',
      roleId: 'clerk',
    },
  ]);
});

test('all that is wrong with a row is named, and the others are good', () => {
  const rows = [
    row({ email: 'none', username: '', firstName: 'A\r\nB', roleId: 'nobody' }),
    row({ email: 'TAKEN@example.org', username: 'Taken', password: 'weak' }),
    row(),
  ];
  expect(pathsOf(rows)).toEqual([
    [0, ['email', 'firstName', 'roleId', 'username']],
    [1, ['email', 'password', 'username']],
  ]);
  expect(checkRows(rows, RULES).good.map(({ index }) => index)).toEqual([2]);
});

test('of rows with the same names in any case the first stands', () => {
  const rows = [row(), row({ email: 'ADA@example.org', username: 'other' }), row({ email: 'b@example.org' })];
  expect(pathsOf(rows)).toEqual([
    [1, ['email']],
    [2, ['username']],
  ]);
  expect(checkRows(rows, RULES).failed[0]?.errors[0]?.message).toBe('The same stands in row 1.');
});

test('names are compared as they are stored, after they were cleaned', () => {
  expect(pathsOf([row({ email: ' taken@example.org' })])).toEqual([[0, ['email']]]);
  const person = { email: 'Taken@Example.org', username: 'TAKEN', firstName: 'A', lastName: 'B' };
  expect(takenNames(person, RULES).map(({ path }) => path)).toEqual([['email'], ['username']]);
});

test('whoever wants all or nothing is told every row with its place', () => {
  const failed = [{ index: 7, errors: [{ path: ['email'], message: 'No.' }] }];
  expect(() => rejectFailed('REJECT_EVERYTHING', failed)).toThrow(
    expect.objectContaining({ fieldErrors: [{ path: ['users', '7', 'email'], message: 'No.' }] }),
  );
  expect(() => rejectFailed('IGNORE_FAILED', failed)).not.toThrow();
  expect(() => rejectFailed('REJECT_EVERYTHING', [])).not.toThrow();
});
