import { createHash } from 'node:crypto';
import type { Sql } from '../../database/sql.ts';
import { hashOpaqueToken, makeOpaqueToken, type OpaqueTokenPurpose } from './opaque-token.ts';

/** What somebody may do who got the mail with the token: once, for a while, as long as the address is the account's. */
export type AccountTokenPurpose = 'VERIFY_EMAIL' | 'RESET_PASSWORD' | 'SET_PASSWORD';

interface Kind {
  readonly form: OpaqueTokenPurpose;
  readonly hours: number;
}

/** Setting a password for the first time is resetting one that nobody knows. */
const KINDS: Readonly<Record<AccountTokenPurpose, Kind>> = {
  VERIFY_EMAIL: { form: 'emailVerification', hours: 72 },
  RESET_PASSWORD: { form: 'passwordReset', hours: 1 },
  SET_PASSWORD: { form: 'passwordReset', hours: 168 },
};

/** A token in clear: to be mailed, and to be forgotten. Only its hash is stored. */
export interface IssuedToken {
  readonly token: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}

export interface TakenToken {
  readonly userId: string;
  readonly addressHash: string;
}

export async function issueToken(
  sql: Sql,
  purpose: AccountTokenPurpose,
  { userId, email }: { readonly userId: string; readonly email: string },
): Promise<IssuedToken> {
  const token = makeOpaqueToken(KINDS[purpose].form);
  const rows = await sql<{ expires_at: string }>(
    `insert into account_token (hash, purpose, user_id, address_hash, expires_at)
     values ($1, $2, $3, $4, clock_timestamp() + make_interval(hours => $5)) returning expires_at`,
    [hashOpaqueToken(token), purpose, userId, hashAddress(email), KINDS[purpose].hours],
  );
  return { token, expiresAt: new Date(rows[0]?.expires_at ?? Number.NaN).toISOString() };
}

interface ResetRow {
  readonly expires_at: string;
  readonly email: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
}

export interface AskedReset extends IssuedToken {
  readonly to: { readonly email: string; readonly firstName: string; readonly lastName: string };
}

/**
 * A token for the active account with this address; null when there is none. One statement and one row either way: for
 * an address that nobody has the row names no user.
 */
export async function issueResetToken(sql: Sql, address: string): Promise<AskedReset | null> {
  const token = makeOpaqueToken(KINDS.RESET_PASSWORD.form);
  const [row] = await sql<ResetRow>(
    `with person as (select id, email, first_name, last_name from app_user where lower(email) = lower($2) and is_active),
          issued as (
            insert into account_token (hash, purpose, user_id, address_hash, expires_at)
            values ($1, 'RESET_PASSWORD', (select id from person), $3, clock_timestamp() + make_interval(hours => $4))
            returning expires_at
          )
     select i.expires_at, p.email, p.first_name, p.last_name from issued i left join person p on true`,
    [hashOpaqueToken(token), address, hashAddress(address), KINDS.RESET_PASSWORD.hours],
  );
  if (row?.email == null) return null;
  return {
    token,
    expiresAt: new Date(row.expires_at).toISOString(),
    to: { email: row.email, firstName: row.first_name ?? '', lastName: row.last_name ?? '' },
  };
}

/** Who a token stands for, without using it up; null when it is none, or none any more. */
export async function peekToken(
  sql: Sql,
  purposes: readonly AccountTokenPurpose[],
  token: string,
): Promise<TakenToken | null> {
  const rows = await sql<{ user_id: string; address_hash: string }>(
    `select user_id, address_hash from account_token
     where hash = $1 and purpose = any($2::text[]) and user_id is not null and expires_at > clock_timestamp()`,
    [hashOpaqueToken(token), purposes],
  );
  return rows[0] ? { userId: rows[0].user_id, addressHash: rows[0].address_hash } : null;
}

/** Uses a token up: of two that present it at once the second waits, and then finds none. */
export async function takeToken(
  sql: Sql,
  purposes: readonly AccountTokenPurpose[],
  token: string,
): Promise<TakenToken | null> {
  const rows = await sql<{ user_id: string; address_hash: string }>(
    `delete from account_token
     where hash = $1 and purpose = any($2::text[]) and user_id is not null and expires_at > clock_timestamp()
     returning user_id, address_hash`,
    [hashOpaqueToken(token), purposes],
  );
  return rows[0] ? { userId: rows[0].user_id, addressHash: rows[0].address_hash } : null;
}

/** Of the account, whatever was sent to it. */
export async function forgetPasswordTokens(sql: Sql, userId: string): Promise<void> {
  await sql(`delete from account_token where user_id = $1 and purpose <> 'VERIFY_EMAIL'`, [userId]);
}

/** Whether a token that was sent to an address still speaks for the one the account has now. */
export function isSentTo({ addressHash }: TakenToken, email: string): boolean {
  return addressHash === hashAddress(email);
}

function hashAddress(email: string): string {
  return createHash('sha256').update(email.toLowerCase()).digest('hex');
}
