import { formatTime } from './format-time.ts';
import { facts, greeting, type MailBrand, type MailContent, notice, paragraph } from './mail-content.ts';

export interface RepeatedRegistration {
  readonly firstName: string;
  /** RFC 3339. */
  readonly triedAt: string;
}

export function registrationRepeatedMail(tried: RepeatedRegistration, brand: MailBrand): MailContent {
  return {
    kind: 'registration-repeated',
    subject: `You have a ${brand.name} account already`,
    preview: 'Somebody tried to register with your address.',
    heading: 'You have an account already',
    blocks: [
      greeting(tried.firstName),
      paragraph(
        'Somebody tried to register with this e-mail address. It belongs to your account, so no other was made and nothing has changed. If it was you, sign in instead; if you forgot your password, ask for a new one there.',
      ),
      facts({ Tried: formatTime(tried.triedAt) }),
      notice(
        'If it was not you, there is nothing to do: whoever it was did not learn that this address has an account.',
      ),
    ],
    footer: `You get this mail because it concerns the security of your account at ${brand.publicUrl}.`,
  };
}
