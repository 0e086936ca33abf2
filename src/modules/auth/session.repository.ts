import type { SqlEntityManager } from '@mikro-orm/sql';
import { v7 } from 'uuid';
import { type Sql, sqlOf } from '../../database/sql.ts';
import type { RequestOrigin, Standing } from '../../viewer.ts';
import { hashRefreshToken, makeRefreshToken, type StoredRefreshToken } from './refresh-token.ts';
import type { SessionSnapshot } from './session.events.ts';

/** Sessions are no aggregates: what matters about them is recorded as events of their user. */
export interface Session {
  readonly id: string;
  readonly userId: string;
  readonly device: string | null;
  readonly ip: string | null;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
}

interface SessionRow {
  readonly id: string;
  readonly user_id: string;
  readonly device: string | null;
  readonly ip: string | null;
  readonly created_at: string;
  readonly last_seen_at: string;
  readonly expires_at: string;
  readonly revoked_at: string | null;
}

interface StandingRow {
  readonly place: number;
  readonly role: string;
  readonly permissions: readonly string[];
  readonly is_stale: boolean;
  readonly lasts_ms: number;
}

const MAX_DEVICE = 500;

/** Opens a session that ends `days` from now by the database clock, and its first refresh token. */
export async function openSession(
  em: SqlEntityManager,
  userId: string,
  origin: RequestOrigin,
  days: number,
): Promise<{ session: SessionSnapshot; refreshToken: string }> {
  const id = v7();
  const device = origin.userAgent?.slice(0, MAX_DEVICE) ?? null;
  const refreshToken = makeRefreshToken();
  const rows = await sqlOf(em)<{ expires_at: string }>(
    `with opened as (
       insert into session (id, user_id, device, ip, expires_at)
       values ($1, $2, $3, $4, clock_timestamp() + make_interval(days => $5)) returning id, expires_at
     ), token as (
       insert into refresh_token (hash, session_id, expires_at) select $6, id, expires_at from opened
     ) select expires_at from opened`,
    [id, userId, device, origin.ipAddress, days, hashRefreshToken(refreshToken)],
  );
  const expiresAt = new Date(rows[0]?.expires_at ?? Number.NaN).toISOString();
  return { session: { id, device, ip: origin.ipAddress, expiresAt }, refreshToken };
}

export interface SessionClaim {
  readonly sessionId: string;
  readonly userId: string;
}

/** For each claim who its session stands for and how long, or null when the session or its user is no more. */
export async function findStandings(sql: Sql, claims: readonly SessionClaim[]): Promise<(Standing | null)[]> {
  const rows = await sql<StandingRow>(
    `select c.place::int, r.name as role, r.permissions, s.last_seen_at < clock_timestamp() - interval '1 minute' as is_stale,
            (extract(epoch from s.expires_at - clock_timestamp()) * 1000)::float8 as lasts_ms
     from unnest($1::uuid[], $2::uuid[]) with ordinality as c (session_id, user_id, place)
       join session s on s.id = c.session_id and s.user_id = c.user_id
       join app_user u on u.id = s.user_id join role r on r.id = u.role_id
     where s.revoked_at is null and s.expires_at > clock_timestamp() and u.is_active`,
    [claims.map((claim) => claim.sessionId), claims.map((claim) => claim.userId)],
  );
  const standings = new Map(rows.map((row) => [row.place, row]));
  const stale = claims.filter((_, index) => standings.get(index + 1)?.is_stale);
  if (stale.length > 0) await noteSeen(sql, stale);
  return claims.map((claim, index) => {
    const row = standings.get(index + 1);
    if (!row) return null;
    return {
      viewer: { ...claim, roleName: row.role, permissions: sharedSetOf(row.permissions) },
      lastsMs: row.lasts_ms,
    };
  });
}

/** At most once a minute for each session. */
async function noteSeen(sql: Sql, claims: readonly SessionClaim[]): Promise<void> {
  await sql(
    `update session set last_seen_at = clock_timestamp()
     where id = any($1::uuid[]) and last_seen_at < clock_timestamp() - interval '1 minute'`,
    [claims.map((claim) => claim.sessionId)],
  );
}

export interface LockedRefreshToken extends StoredRefreshToken {
  readonly sessionId: string;
  readonly userId: string;
  readonly isUserActive: boolean;
  readonly successorHash: string | null;
  readonly now: Date;
}

/**
 * Reads a refresh token and locks its session until the transaction ends: of two clients that present tokens of one
 * session, one waits.
 *
 * Two statements, because the one that waited for the lock still sees the tokens as they were before it waited: the
 * successor that its rival has just issued would be missing, and pass for one that was used.
 */
export async function lockRefreshToken(em: SqlEntityManager, token: string): Promise<LockedRefreshToken | null> {
  const sql = sqlOf(em);
  const hash = hashRefreshToken(token);
  await sql('select 1 from session where id = (select session_id from refresh_token where hash = $1) for update', [
    hash,
  ]);
  const [row] = await sql<{
    session_id: string;
    user_id: string;
    is_active: boolean;
    spent_at: string | null;
    successor_hash: string | null;
    successor_used: boolean;
    expires_at: string;
    revoked_at: string | null;
    now: string;
  }>(
    `select t.session_id, s.user_id, u.is_active, t.spent_at, t.successor_hash, s.expires_at, s.revoked_at, clock_timestamp() as now,
            t.successor_hash is not null and not exists
              (select from refresh_token n where n.hash = t.successor_hash and n.spent_at is null) as successor_used
     from refresh_token t join session s on s.id = t.session_id join app_user u on u.id = s.user_id
     where t.hash = $1`,
    [hash],
  );
  if (!row) return null;
  return {
    sessionId: row.session_id,
    userId: row.user_id,
    isUserActive: row.is_active,
    spentAt: row.spent_at === null ? null : new Date(row.spent_at),
    successorHash: row.successor_hash,
    successorUsed: row.successor_used,
    expiresAt: new Date(row.expires_at),
    sessionRevokedAt: row.revoked_at === null ? null : new Date(row.revoked_at),
    now: new Date(row.now),
  };
}

/** Issues the successor of a locked token; an unused earlier successor is forgotten. */
export async function rotateRefreshToken(
  em: SqlEntityManager,
  token: string,
  locked: LockedRefreshToken,
): Promise<string> {
  const sql = sqlOf(em);
  const next = makeRefreshToken();
  if (locked.successorHash) await sql('delete from refresh_token where hash = $1', [locked.successorHash]);
  await sql(
    `insert into refresh_token (hash, session_id, expires_at) select $1, id, expires_at from session where id = $2`,
    [hashRefreshToken(next), locked.sessionId],
  );
  await sql(
    `update refresh_token set spent_at = coalesce(spent_at, clock_timestamp()), successor_hash = $2 where hash = $1`,
    [hashRefreshToken(token), hashRefreshToken(next)],
  );
  await sql('update session set last_seen_at = clock_timestamp() where id = $1', [locked.sessionId]);
  return next;
}

/** Ends the user's open sessions, or one of them, or all but one; returns the ids of those it ended. */
export async function endSessions(
  em: SqlEntityManager,
  userId: string,
  which: { readonly only?: string; readonly except?: string } = {},
): Promise<string[]> {
  const rows = await sqlOf(em)<{ id: string }>(
    `update session set revoked_at = clock_timestamp()
     where user_id = $1 and revoked_at is null and ($2::uuid is null or id = $2) and ($3::uuid is null or id <> $3) returning id`,
    [userId, which.only ?? null, which.except ?? null],
  );
  return rows.map((row) => row.id);
}

/** Ends the open sessions of many users; the ids of those it ended, by user. */
export async function endSessionsOf(em: SqlEntityManager, userIds: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await sqlOf(em)<{ id: string; user_id: string }>(
    `update session set revoked_at = clock_timestamp()
     where user_id = any($1::uuid[]) and revoked_at is null returning id, user_id`,
    [userIds],
  );
  const grouped = Map.groupBy(rows, (row) => row.user_id);
  return new Map([...grouped].map(([userId, sessions]) => [userId, sessions.map(({ id }) => id)]));
}

const COLUMNS = 'id, user_id, device, ip, created_at, last_seen_at, expires_at, revoked_at';
const MAX_SESSIONS = 100;

/** The newest first, at most 100. */
export async function listSessions(em: SqlEntityManager, userId: string): Promise<Session[]> {
  const rows = await sqlOf(em)<SessionRow>(
    `select ${COLUMNS} from session where user_id = $1 order by created_at desc limit ${MAX_SESSIONS}`,
    [userId],
  );
  return rows.map(sessionOf);
}

export async function findSession(em: SqlEntityManager, id: string): Promise<Session | null> {
  const rows = await sqlOf(em)<SessionRow>(`select ${COLUMNS} from session where id = $1`, [id]);
  return rows[0] ? sessionOf(rows[0]) : null;
}

function sessionOf(row: SessionRow): Session {
  return {
    id: row.id,
    userId: row.user_id,
    device: row.device,
    ip: row.ip,
    createdAt: new Date(row.created_at),
    lastSeenAt: new Date(row.last_seen_at),
    expiresAt: new Date(row.expires_at),
    revokedAt: row.revoked_at === null ? null : new Date(row.revoked_at),
  };
}

const MAX_SETS = 500;
const sets = new Map<string, ReadonlySet<string>>();

/** One set for all who hold the same permissions: every open stream keeps its viewer. */
function sharedSetOf(permissions: readonly string[]): ReadonlySet<string> {
  const key = permissions.join(' ');
  const known = sets.get(key) ?? new Set(permissions);
  if (sets.size >= MAX_SETS) sets.clear();
  sets.set(key, known);
  return known;
}
