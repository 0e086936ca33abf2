import type { DemoAccount } from './fill.ts';

/** For the terminal, and for nowhere else. */
export function describeAccounts(accounts: readonly DemoAccount[]): string {
  const lines = accounts.map(({ role, email, password }) => `    ${role.padEnd(9)}${email.padEnd(23)}${password}`);
  return `Sign in as one of these; the passwords are shown only here:\n\n${lines.join('\n')}\n`;
}
