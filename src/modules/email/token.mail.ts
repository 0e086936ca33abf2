import { formatTime } from './format-time.ts';
import { greeting, type MailBrand, type MailContent, type MailKind, notice, paragraph } from './mail-content.ts';

export type TokenPurpose = 'VERIFY_EMAIL' | 'RESET_PASSWORD' | 'SET_PASSWORD';

export interface TokenMailData {
  readonly purpose: TokenPurpose;
  /** Secret: whoever has it may do what the purpose says. */
  readonly token: string;
  /** RFC 3339. */
  readonly expiresAt: string;
  readonly firstName: string;
}

interface Wording {
  readonly kind: MailKind;
  readonly path: string;
  readonly subject: string;
  readonly heading: string;
  readonly text: string;
  readonly action: string;
  readonly notice: string;
}

const WORDINGS: Readonly<Record<TokenPurpose, (brand: string) => Wording>> = {
  VERIFY_EMAIL: (brand) => ({
    kind: 'verify-address',
    path: 'verify-email',
    subject: `Confirm your e-mail address for ${brand}`,
    heading: 'Confirm your e-mail address',
    text: 'Please confirm that this address is yours.',
    action: 'Confirm address',
    notice: 'If you have no account with this address, you can ignore this mail.',
  }),
  RESET_PASSWORD: (brand) => ({
    kind: 'reset-password',
    path: 'reset-password',
    subject: `Reset your ${brand} password`,
    heading: 'Reset your password',
    text: 'Somebody asked for a new password for your account.',
    action: 'Choose a new password',
    notice: 'If it was not you, ignore this mail: your password stays as it is. Never give the code to anybody.',
  }),
  SET_PASSWORD: (brand) => ({
    kind: 'set-password',
    path: 'reset-password',
    subject: `Set a password for your ${brand} account`,
    heading: 'Set your password',
    text: 'An account was created for you. Choose a password to sign in for the first time.',
    action: 'Choose a password',
    notice: 'If you expect no such account, you can ignore this mail. Never give the code to anybody.',
  }),
};

/**
 * The token goes into the link's fragment, which no browser sends to a server or to another site: it appears in no access
 * log and no referrer. It also stands in the mail by itself, for clients without a page at PUBLIC_URL.
 */
export function tokenMail({ purpose, token, expiresAt, firstName }: TokenMailData, brand: MailBrand): MailContent {
  const wording = WORDINGS[purpose](brand.name);
  return {
    kind: wording.kind,
    subject: wording.subject,
    preview: `Valid until ${formatTime(expiresAt)}.`,
    heading: wording.heading,
    blocks: [
      greeting(firstName),
      paragraph(wording.text),
      {
        type: 'button',
        label: wording.action,
        url: `${brand.publicUrl}/${wording.path}#token=${encodeURIComponent(token)}`,
      },
      { type: 'code', label: 'Or enter this code where you are asked for it:', code: token },
      paragraph(`The link and the code work once, until ${formatTime(expiresAt)}.`),
      notice(wording.notice),
    ],
    footer: `You get this mail because of an account at ${brand.publicUrl}.`,
  };
}
