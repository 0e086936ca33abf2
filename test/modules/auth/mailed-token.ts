import { readMail } from '../../support/read-mail.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { MailApp } from '../email/mail-app.ts';

const SUBJECTS = {
  'confirm address': 'Confirm your e-mail address',
  'set password': 'Set a password',
  'reset password': 'Reset your',
} as const;
type Mail = keyof typeof SUBJECTS;

/** The tokens of the mails of one kind that an address got, as soon as there are so many, in the order they came. */
export async function mailedTokens(app: MailApp, kind: Mail, address: string, count = 1): Promise<string[]> {
  return waitFor(
    () => {
      const tokens = tokensIn(app, kind, address);
      return tokens.length >= count && tokens;
    },
    { describe: `${count} mails to ${kind}` },
  );
}

/** The same, as far as they came by now. */
export function tokensIn({ sink }: MailApp, kind: Mail, address: string): string[] {
  return sink.mails
    .filter(({ to }) => to.includes(address))
    .map(({ raw }) => readMail(raw))
    .filter(({ headers }) => headers.get('subject')?.[0]?.startsWith(SUBJECTS[kind]))
    .map(({ text }) => /#token=(\S+)/.exec(text)?.[1] ?? 'no token');
}

export async function mailedToken(app: MailApp, kind: Mail, address: string): Promise<string> {
  return (await mailedTokens(app, kind, address))[0] ?? '';
}
