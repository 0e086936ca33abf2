import type { EventOf } from '../../event-bus/define-handler.ts';
import { UserRegistrationCompleted, UserUpdated } from '../users/user.events.ts';
import type { AccountState } from './address-book.ts';
import type { EmailServices } from './email-services.ts';
import type { ComposedMail } from './mail-handler.ts';
import { addressOf } from './mail-handler.ts';
import { tokenMail, type TokenPurpose } from './token.mail.ts';

/** An account got an address: with its registration, or later another one. */
export const ADDRESS_EVENTS = [UserRegistrationCompleted, UserUpdated] as const;
export const ADDRESS_FIELDS = ['user.email', 'previousData.email'];
type AddressEvent = EventOf<(typeof ADDRESS_EVENTS)[number]>;

/**
 * The account an event gave an address, as it is now. Null when the event gave none, and when the account has gone, been
 * disabled, or got yet another address meanwhile, which has an event of its own.
 */
export async function accountWithNewAddress(
  { findAccount }: EmailServices,
  { data }: AddressEvent,
): Promise<AccountState | null> {
  const { id, email } = data.user;
  if ('previousData' in data && isSame(data.previousData.email, email)) return null;
  const account = await findAccount(id);
  return account?.isActive && isSame(account.email, email) ? account : null;
}

/**
 * A mail with a token that is made for it, at every attempt a new one: it may be in no event and no ledger, so no attempt
 * knows that of another. The tokens of attempts that were lost end by themselves.
 */
export async function accountLinkMail(
  { issueToken, mailer }: EmailServices,
  purpose: TokenPurpose,
  account: AccountState,
): Promise<ComposedMail> {
  const { token, expiresAt } = await issueToken(purpose, account);
  return {
    to: addressOf(account),
    content: tokenMail({ purpose, token, expiresAt, firstName: account.firstName }, mailer.brand),
  };
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
