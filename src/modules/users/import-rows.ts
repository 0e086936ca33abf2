import { type FieldError, ValidationError } from '../../errors.ts';
import { personInput } from './user-input.ts';
import type { Person } from './user-accounts.ts';

export const IMPORT_POLICIES = ['IGNORE_FAILED', 'REJECT_EVERYTHING'] as const;
type ImportPolicy = (typeof IMPORT_POLICIES)[number];

/** One person as the client wrote it. */
export interface ImportRow {
  readonly email: string;
  readonly username: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly password: string | null;
  readonly roleId: string | null;
}

/** A row that can be imported as far as it can be told by itself. */
export interface CheckedRow {
  /** Place in the import's input, from 0. */
  readonly index: number;
  readonly person: Person;
  readonly password: string | null;
  readonly roleId: string | null;
}

/** A type, not an interface: it is part of a command's result. */
export type FailedRow = {
  readonly index: number;
  /** The paths begin at the row's own fields. */
  readonly errors: readonly FieldError[];
};

/** In small letters. */
export interface TakenNames {
  readonly takenEmails: ReadonlySet<string>;
  readonly takenUsernames: ReadonlySet<string>;
}

export interface RowRules extends TakenNames {
  /** Why a password may not be chosen, or null. */
  readonly passwordProblem: (password: string, person: Person) => string | null;
  readonly isRole: (roleId: string) => boolean;
}

/** What of a person's names somebody has already. */
export function takenNames({ email, username }: Person, { takenEmails, takenUsernames }: TakenNames): FieldError[] {
  return [
    ...(takenEmails.has(email.toLowerCase()) ? [{ path: ['email'], message: 'This e-mail address is taken.' }] : []),
    ...(takenUsernames.has(username.toLowerCase()) ? [{ path: ['username'], message: 'This username is taken.' }] : []),
  ];
}

/** @throws ValidationError when rows failed and nobody shall be imported then. */
export function rejectFailed(policy: ImportPolicy, failed: readonly FailedRow[]): void {
  if (policy === 'IGNORE_FAILED' || failed.length === 0) return;
  throw new ValidationError(
    failed.flatMap(({ index, errors }) =>
      errors.map(({ path, message }) => ({ path: ['users', String(index), ...path], message })),
    ),
  );
}

/** Parts the rows into those that can be imported and those that cannot; each of these with all that is wrong with it. */
export function checkRows(
  rows: readonly ImportRow[],
  rules: RowRules,
): { readonly good: readonly CheckedRow[]; readonly failed: readonly FailedRow[] } {
  const good: CheckedRow[] = [];
  const failed: FailedRow[] = [];
  const seen = { email: new Map<string, number>(), username: new Map<string, number>() };
  for (const [index, { password, roleId, ...fields }] of rows.entries()) {
    const parsed = personInput.safeParse(fields);
    const errors: FieldError[] = parsed.success
      ? []
      : parsed.error.issues.map(({ path, message }) => ({ path: path.map(String), message }));
    if (roleId !== null && !rules.isRole(roleId))
      errors.push({ path: ['roleId'], message: 'The role does not exist.' });
    if (parsed.success) {
      const person = parsed.data;
      errors.push(...takenNames(person, rules));
      for (const name of ['email', 'username'] as const) {
        const value = person[name].toLowerCase();
        const first = seen[name].get(value);
        if (first === undefined) seen[name].set(value, index);
        else errors.push({ path: [name], message: `The same stands in row ${first + 1}.` });
      }
      const problem = password === null ? null : rules.passwordProblem(password, person);
      if (problem !== null) errors.push({ path: ['password'], message: problem });
      if (errors.length === 0) good.push({ index, person, password, roleId });
    }
    if (errors.length > 0) failed.push({ index, errors });
  }
  return { good, failed };
}
