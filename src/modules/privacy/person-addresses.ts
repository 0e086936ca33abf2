import { hash, randomBytes } from 'node:crypto';
import type { Sql } from '../../database/sql.ts';
import { EventLog } from '../../event-store/read-events.ts';
import { isHidden } from '../../event-store/sensitive-field.ts';
import { UserCreated, UserUpdated } from '../users/user.events.ts';
import type { PrivacyServices } from './privacy-services.ts';

/** By which a person's mails are found after nobody knows the addresses any more. JSON. */
export interface AddressDigests {
  readonly salt: string;
  readonly digests: readonly string[];
}

const PAGE = 500;
/** Events of one account that are looked through; each changed something about it. */
const MOST_EVENTS = 20_000;

/** Every address the account had, from the log; to be asked before the key is gone. */
export async function digestAddresses(
  sql: Sql,
  { catalogue, reader }: PrivacyServices,
  personId: string,
  present: string | null,
): Promise<AddressDigests> {
  const found = new Set<string>(present === null ? [] : [present.toLowerCase()]);
  const log = new EventLog(sql, catalogue);
  const filter = { subjectId: personId, types: [UserCreated.type, UserUpdated.type] };
  for (let after = 0, seen = 0; seen < MOST_EVENTS;) {
    const page = await log.read({ filter, after, limit: PAGE });
    for (const { data } of await reader.forAudience(sql, page, { reads: 'everything' })) {
      const email = (data['user'] as { readonly email?: unknown } | undefined)?.email;
      if (typeof email === 'string' && !isHidden(email)) found.add(email.toLowerCase());
    }
    if (page.length < PAGE) break;
    after = page.at(-1)?.position ?? after;
    seen += page.length;
  }
  const salt = randomBytes(16).toString('base64url');
  return { salt, digests: [...found].map((address) => digestOf(salt, address)) };
}

export function isDigested({ salt, digests }: AddressDigests): (address: string) => boolean {
  const known = new Set(digests);
  return (address) => known.has(digestOf(salt, address.toLowerCase()));
}

function digestOf(salt: string, address: string): string {
  return hash('sha256', `${salt} ${address}`, 'base64url');
}
