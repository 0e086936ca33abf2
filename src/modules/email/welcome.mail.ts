import type { UserSnapshot } from '../users/user.events.ts';
import { facts, greeting, type MailBrand, type MailContent, notice, paragraph } from './mail-content.ts';

export function welcomeMail(user: UserSnapshot, brand: MailBrand): MailContent {
  return {
    kind: 'welcome',
    subject: `Welcome to ${brand.name}`,
    preview: 'Your account is ready.',
    heading: `Welcome to ${brand.name}`,
    blocks: [
      greeting(user.firstName),
      paragraph('Your account is ready. You sign in with your e-mail address.'),
      facts({ 'E-mail address': user.email, Username: user.username }),
      notice('If you did not create this account, somebody used your address by mistake: you can ignore this mail.'),
    ],
    footer: `You get this mail because an account was created for this address at ${brand.publicUrl}.`,
  };
}
