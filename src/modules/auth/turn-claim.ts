import { addressNetwork } from '../../graphql/client-address.ts';
import type { Claim } from './hash-slots.ts';

/** Of somebody who has shown who they are: by a session, the token of a mail, a password that was right. */
export function claimOfPerson(userId: string): Claim {
  return { from: userId, isKnown: true };
}

/** Of an address alone, `null` where the socket has none; an IPv6 /64 network counts as one. */
export function claimOfStranger(address: string | null): Claim {
  return { from: address === null ? '' : addressNetwork(address), isKnown: false };
}
