import type { Sql } from '../../database/sql.ts';
import type { Notice, NoticeLevel } from './notices.ts';

export interface Notification {
  /** Place in the order of delivery, ascending with the commits. Decimal. */
  readonly number: string;
  readonly id: string;
  readonly recipientId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly level: NoticeLevel;
  readonly title: string;
  readonly message: string;
  /** RFC 3339: when the event happened. */
  readonly createdAt: string;
  readonly readAt: string | null;
}

interface NotificationRow {
  readonly number: string;
  readonly id: string;
  readonly recipient_id: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly level: NoticeLevel;
  readonly title: string;
  readonly message: string;
  readonly created_at: string | Date;
  readonly read_at: string | Date | null;
}

const COLUMNS =
  'n.number::text as number, n.id, n.recipient_id, n.event_id, n.event_type, n.level, n.title, n.message, n.created_at, n.read_at';

/** The built-in role whose holders hear of accounts and maintenance. */
const ADMIN_ROLE = 'admin';
const DELIVERY_LOCK = 7_236_006;

export interface AddressedNotice extends Notice {
  readonly eventId: string;
  readonly eventType: string;
  /** The person the event concerns. */
  readonly subjectId: string | null;
  readonly actorId: string | null;
  readonly createdAt: string;
}

/**
 * Writes each notice to its recipients' inboxes, once per event and recipient: the person concerned, whoever acted, and
 * its audience. The recipients are never in our memory. A user who is being deleted meanwhile is waited for, and left out.
 * An event that was delivered is left alone: handled again, it would reach who joined the audience since.
 *
 * The lock is held to the commit, so the numbers drawn under it become visible in ascending order: a reader that has
 * seen one has seen all below it.
 */
export async function deliverNotices(sql: Sql, notices: readonly AddressedNotice[]): Promise<void> {
  await sql('select pg_advisory_xact_lock($1)', [DELIVERY_LOCK]);
  await sql(
    `with news as materialized (
       select r.*, row_number() over () as place from jsonb_to_recordset($1::jsonb) as r (
         "eventId" uuid, "eventType" text, "subjectId" uuid, "actorId" uuid, level text, title text, message text,
         audience text, "createdAt" timestamptz)
       where not exists (select from notification n where n.event_id = r."eventId")
     ), addressed as (
       select place, "subjectId" as user_id from news
       union select place, "actorId" from news
       union select place, u.id from news join role r on r.name = $2 join app_user u on u.role_id = r.id and u.is_active
             where audience = 'administrators'
       union select place, u.id from news cross join app_user u where audience = 'everybody' and u.is_active
     )
     insert into notification (recipient_id, event_id, event_type, subject_id, level, title, message, created_at)
     select u.id, n."eventId", n."eventType", n."subjectId", n.level, n.title, n.message, n."createdAt"
     from addressed a join news n on n.place = a.place join app_user u on u.id = a.user_id
     order by n.place for key share of u`,
    [JSON.stringify(notices), ADMIN_ROLE],
  );
}

/** Gives notices that were delivered the words they have now; what was read stays read. */
export async function correctNotices(sql: Sql, notices: readonly AddressedNotice[]): Promise<void> {
  await sql(
    `update notification n set level = r.level, title = r.title, message = r.message
     from jsonb_to_recordset($1::jsonb) as r ("eventId" uuid, level text, title text, message text)
     where n.event_id = r."eventId" and (n.level, n.title, n.message) is distinct from (r.level, r.title, r.message)`,
    [JSON.stringify(notices)],
  );
}

interface InboxPage {
  readonly unreadOnly: boolean;
  /** Exclusive; null starts with the newest. */
  readonly before: string | null;
  readonly limit: number;
}

/** The newest first. */
export async function readInbox(sql: Sql, recipientId: string, page: InboxPage): Promise<Notification[]> {
  const rows = await sql<NotificationRow>(
    `select ${COLUMNS} from notification n
     where n.recipient_id = $1 ${page.unreadOnly ? 'and n.read_at is null' : ''} and ($2::bigint is null or n.number < $2)
     order by n.number desc limit $3`,
    [recipientId, page.before, page.limit],
  );
  return rows.map(notificationOf);
}

export async function countInbox(sql: Sql, recipientId: string, unreadOnly: boolean): Promise<number> {
  const rows = await sql<{ count: number }>(
    `select count(*)::int as count from notification n where n.recipient_id = $1 ${unreadOnly ? 'and n.read_at is null' : ''}`,
    [recipientId],
  );
  return rows[0]?.count ?? 0;
}

/** What came into an inbox behind a number, in order of delivery. */
export async function readArrivals(
  sql: Sql,
  recipientId: string,
  after: string,
  limit: number,
): Promise<Notification[]> {
  const rows = await sql<NotificationRow>(
    `select ${COLUMNS} from notification n where n.recipient_id = $1 and n.number > $2 order by n.number limit $3`,
    [recipientId, after, limit],
  );
  return rows.map(notificationOf);
}

/** The highest number of all inboxes; 0 while all are empty. */
export async function newestNumber(sql: Sql): Promise<string> {
  const rows = await sql<{ number: string }>('select coalesce(max(number), 0)::text as number from notification');
  return rows[0]?.number ?? '0';
}

/** Who got something behind a number: one line per notification, in order. */
export async function readRecipients(
  sql: Sql,
  after: string,
  limit: number,
): Promise<{ readonly number: string; readonly recipientId: string }[]> {
  return sql(
    `select number::text as number, recipient_id as "recipientId" from notification where number > $1 order by notification.number limit $2`,
    [after, limit],
  );
}

/** Null when the recipient has no such notification. */
export async function findNotification(sql: Sql, recipientId: string, id: string): Promise<Notification | null> {
  const rows = await sql<NotificationRow>(
    `select ${COLUMNS} from notification n where n.id = $1 and n.recipient_id = $2`,
    [id, recipientId],
  );
  return rows[0] ? notificationOf(rows[0]) : null;
}

/** Keeps the time of the first reading. Null when the recipient has no such notification. */
export async function markRead(sql: Sql, recipientId: string, id: string): Promise<Notification | null> {
  const rows = await sql<NotificationRow>(
    `update notification n set read_at = coalesce(n.read_at, clock_timestamp())
     where n.id = $1 and n.recipient_id = $2 returning ${COLUMNS}`,
    [id, recipientId],
  );
  return rows[0] ? notificationOf(rows[0]) : null;
}

/** Returns how many were unread. */
export async function markAllRead(sql: Sql, recipientId: string): Promise<number> {
  const rows = await sql<{ count: number }>(
    `with marked as (
       update notification set read_at = clock_timestamp() where recipient_id = $1 and read_at is null returning 1
     ) select count(*)::int as count from marked`,
    [recipientId],
  );
  return rows[0]?.count ?? 0;
}

function notificationOf(row: NotificationRow): Notification {
  return {
    number: row.number,
    id: row.id,
    recipientId: row.recipient_id,
    eventId: row.event_id,
    eventType: row.event_type,
    level: row.level,
    title: row.title,
    message: row.message,
    createdAt: new Date(row.created_at).toISOString(),
    readAt: row.read_at === null ? null : new Date(row.read_at).toISOString(),
  };
}
