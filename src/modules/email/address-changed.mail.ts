import type { UserSnapshot } from '../users/user.events.ts';
import { formatTime } from './format-time.ts';
import { maskAddress } from './mail-address.ts';
import { facts, greeting, type MailBrand, type MailContent, notice, paragraph } from './mail-content.ts';

export interface AddressChange {
  readonly before: UserSnapshot;
  readonly after: UserSnapshot;
  /** RFC 3339. */
  readonly changedAt: string;
}

const footer = (brand: MailBrand): string =>
  `You get this mail because it concerns the security of your account at ${brand.publicUrl}.`;

/** To the old address, whose owner may be losing the account to somebody else: names the new one only in part. */
export function addressRemovedMail({ before, after, changedAt }: AddressChange, brand: MailBrand): MailContent {
  return {
    kind: 'address-removed',
    subject: `The e-mail address of your ${brand.name} account was changed`,
    preview: 'Mails about your account no longer come here.',
    heading: 'Your e-mail address was changed',
    blocks: [
      greeting(before.firstName),
      paragraph(
        'Your account has a new e-mail address. Mails about it no longer come here, and you sign in with the new one.',
      ),
      facts({ 'Old address': before.email, 'New address': maskAddress(after.email), Changed: formatTime(changedAt) }),
      notice('If this was not you, somebody else may have got into your account: tell an administrator at once.'),
    ],
    footer: footer(brand),
  };
}

/** To the new address, whose owner may be somebody else altogether: names the old one only in part. */
export function addressAddedMail({ before, after, changedAt }: AddressChange, brand: MailBrand): MailContent {
  return {
    kind: 'address-added',
    subject: `This is now the e-mail address of your ${brand.name} account`,
    preview: 'From now on you sign in with this address.',
    heading: 'Your new e-mail address',
    blocks: [
      greeting(after.firstName),
      paragraph('From now on we write to this address about your account, and you sign in with it.'),
      facts({ 'New address': after.email, 'Old address': maskAddress(before.email), Changed: formatTime(changedAt) }),
      notice('If you have no such account, somebody entered your address by mistake: you can ignore this mail.'),
    ],
    footer: footer(brand),
  };
}
