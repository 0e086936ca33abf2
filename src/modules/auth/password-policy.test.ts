import { describe, expect, it } from 'vitest';
import { checkPassword } from './password-policy.ts';

const NOBODY: string[] = [];
const TOO_SHORT = 'A password must be at least 8 characters long.';
const TOO_LONG = 'A password may be at most 128 characters long.';
const UNSTORABLE = 'The password contains a character that cannot be stored.';
const COMMON = 'This password is one of the most common ones and would be guessed first.';
const PERSONAL = 'The password must differ from your e-mail address and your user name.';

describe('password length', () => {
  it('is counted in code points, from 8 to 128', () => {
    expect(checkPassword('🦊🐻🐼🦁🐯🐨🐸', NOBODY)).toBe(TOO_SHORT);
    expect(checkPassword('🦊🐻🐼🦁🐯🐨🐸🐙', NOBODY)).toBeNull();
    expect(checkPassword('ü'.repeat(128), NOBODY)).toBeNull();
    expect(checkPassword('ü'.repeat(129), NOBODY)).toBe(TOO_LONG);
  });

  it('is counted in the form that is hashed: a decomposed letter is one', () => {
    expect(checkPassword('e\u0301'.repeat(7), NOBODY)).toBe(TOO_SHORT);
    expect(checkPassword('e\u0301'.repeat(128), NOBODY)).toBeNull();
  });

  it('over 1 KiB is refused before anything else is looked at', () => {
    expect(checkPassword('\ud800'.padEnd(1025, 'x'), NOBODY)).toBe(TOO_LONG);
    expect(checkPassword('🦊'.repeat(257), NOBODY)).toBe(TOO_LONG);
  });
});

describe('password characters', () => {
  it('have no composition rules: spaces and one kind of letter will do', () => {
    expect(checkPassword('quiet river under snow', NOBODY)).toBeNull();
    expect(checkPassword('        x', NOBODY)).toBeNull();
  });

  it('exclude NUL and lone surrogates', () => {
    expect(checkPassword('quiet\0river', NOBODY)).toBe(UNSTORABLE);
    expect(checkPassword('quiet\udc00river', NOBODY)).toBe(UNSTORABLE);
  });
});

describe('common passwords', () => {
  it.each([
    'password',
    '12345678',
    'iloveyou',
    '1qaz2wsx',
    '987654321',
    '88888888',
    'trustno1',
    'maserati',
    'p@ssw0rd',
  ])('refuses %s', (password) => expect(checkPassword(password, NOBODY)).toBe(COMMON));

  it('compares without regard to case or Unicode look', () => {
    expect(checkPassword('PassWord', NOBODY)).toBe(COMMON);
    expect(checkPassword('ｐａｓｓｗｏｒｄ', NOBODY)).toBe(COMMON);
  });

  it('takes no line of the list’s header for a password', () => {
    expect(checkPassword('# all copies or substantial portions', NOBODY)).toBeNull();
  });
});

describe('personal passwords', () => {
  it.each(['ada.lovelace@example.org', 'ADA.LOVELACE@EXAMPLE.ORG', 'ada.lovelace', 'countess1815', 'Countess1815'])(
    'refuses %s',
    (password) => expect(checkPassword(password, [' Ada.Lovelace@example.org', 'countess1815'])).toBe(PERSONAL),
  );

  it('accepts a password that only contains one', () => {
    expect(checkPassword('countess1815 at the loom', ['countess1815'])).toBeNull();
  });
});
