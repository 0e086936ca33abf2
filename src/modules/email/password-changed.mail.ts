import { formatTime } from './format-time.ts';
import { facts, greeting, type MailBrand, type MailContent, notice, paragraph } from './mail-content.ts';

export interface PasswordChange {
  readonly firstName: string;
  /** RFC 3339. */
  readonly changedAt: string;
  readonly ipAddress: string | null;
}

export function passwordChangedMail(change: PasswordChange, brand: MailBrand): MailContent {
  return {
    kind: 'password-changed',
    subject: `The password of your ${brand.name} account was changed`,
    preview: 'If this was you, there is nothing to do.',
    heading: 'Your password was changed',
    blocks: [
      greeting(change.firstName),
      paragraph('The password of your account was changed. If this was you, there is nothing to do.'),
      facts({ Changed: formatTime(change.changedAt), 'From IP address': change.ipAddress }),
      notice(
        'If this was not you, somebody else may have got into your account: reset your password at once, and tell an administrator.',
      ),
    ],
    footer: `You get this mail because it concerns the security of your account at ${brand.publicUrl}.`,
  };
}
