import { readFileSync } from 'node:fs';
import { MAX_PASSWORD_BYTES } from './password-hasher.ts';

const MIN_PASSWORD_CODE_POINTS = 8;
const MAX_PASSWORD_CODE_POINTS = 128;

/** Read with the first password that is checked. */
let commonPasswords: ReadonlySet<string> | undefined;

/**
 * Why `password` may not be chosen, as a sentence for its owner, or `null` when it may. `personal` holds the person's
 * own e-mail address and user name; of an address the part before the @ counts too. The sentence never quotes the
 * password.
 */
export function checkPassword(password: string, personal: readonly string[]): string | null {
  // Before anything that walks the text.
  if (password.length > MAX_PASSWORD_BYTES || Buffer.byteLength(password) > MAX_PASSWORD_BYTES) {
    return `A password may be at most ${MAX_PASSWORD_CODE_POINTS} characters long.`;
  }
  if (!password.isWellFormed() || password.includes('\0')) {
    return 'The password contains a character that cannot be stored.';
  }
  // Counted in the form that is hashed.
  const length = Array.from(password.normalize('NFC')).length;
  if (length < MIN_PASSWORD_CODE_POINTS) {
    return `A password must be at least ${MIN_PASSWORD_CODE_POINTS} characters long.`;
  }
  if (length > MAX_PASSWORD_CODE_POINTS) {
    return `A password may be at most ${MAX_PASSWORD_CODE_POINTS} characters long.`;
  }
  const compared = comparable(password);
  commonPasswords ??= readCommonPasswords();
  if (commonPasswords.has(compared)) {
    return 'This password is one of the most common ones and would be guessed first.';
  }
  if (personal.flatMap(spellings).includes(compared)) {
    return 'The password must differ from your e-mail address and your user name.';
  }
  return null;
}

/** Full-width letters, ligatures and capitals do not make a common password a rare one. */
function comparable(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

function spellings(personal: string): string[] {
  const text = comparable(personal.trim());
  const at = text.lastIndexOf('@');
  return at > 0 ? [text, text.slice(0, at)] : [text];
}

/** Entries of at least 8 characters only: shorter passwords fail on their length. The header ends at an empty line. */
function readCommonPasswords(): Set<string> {
  const text = readFileSync(new URL('common-passwords.txt', import.meta.url), 'utf8');
  const entries = text.slice(text.indexOf('\n\n') + 2).split('\n');
  return new Set(entries.filter((entry) => entry !== '').map(comparable));
}
