import { withPostgres } from '../support/postgres-client.ts';
import type { CaughtMail } from '../support/smtp-sink.ts';
import { readMail } from '../support/read-mail.ts';
import type { Duty, Effect, Entity, History, LoggedEvent, Mail, Person, Sum } from './checker/history.ts';
import { ADMINISTRATOR } from './deployment.ts';

/** What transactional handlers have to do for the events of a run, and by which rows it shows. */
const DUTIES: readonly (Duty & { readonly rows: string })[] = [
  {
    handler: 'audit-log',
    types: [
      'USER_CREATED',
      'USER_REGISTRATION_COMPLETED',
      'USER_UPDATED',
      'USER_DELETED',
      'USERS_BULK_ACTIVATED',
      'USERS_BULK_DEACTIVATED',
      'USER_LOGGED_IN',
      'USER_SETTINGS_CREATED',
      'USER_ONBOARDING_STARTED',
    ],
    untilDeleted: false,
    rows: `select event_id as "eventId" from audit_log where event_type = any ($1) order by sequence`,
  },
  {
    // To the administrator, who acts in all of them and is never deleted.
    handler: 'notifications',
    types: ['USER_CREATED', 'USER_UPDATED', 'USER_DELETED', 'USERS_BULK_ACTIVATED', 'USERS_BULK_DEACTIVATED'],
    untilDeleted: false,
    rows: `select event_id as "eventId" from notification n join app_user u on u.id = n.recipient_id
           where event_type = any ($1) and u.email = '${ADMINISTRATOR.email}' order by number`,
  },
  ...['USER_SETTINGS_CREATED', 'USER_ONBOARDING_STARTED', 'SEND_WELCOME_EMAIL'].map((type) => ({
    handler: `registration: ${type}`,
    types: ['USER_REGISTRATION_COMPLETED'],
    untilDeleted: true,
    rows: `select metadata->>'causationId' as "eventId" from event
           where type = '${type}' and $1::text[] is not null order by number`,
  })),
  {
    handler: 'welcome-mail: WELCOME_EMAIL_SENT',
    types: ['SEND_WELCOME_EMAIL'],
    untilDeleted: true,
    rows: `select metadata->>'causationId' as "eventId" from event
           where type = 'WELCOME_EMAIL_SENT' and $1::text[] is not null order by number`,
  },
];

const LOG = `select i.event_id as id, i.position::float8 as position, i.aggregate_type as "aggregateType",
    i.aggregate_id as "aggregateId", i.version, i.type, i.command_id as "commandId", e.metadata->>'correlationId' as "correlationId"
  from inspect.events i join event e on e.id = i.event_id order by i.position nulls last, e.number`;
const ENTITIES = `select aggregate_type as "aggregateType", aggregate_id as "aggregateId", version from inspect.entities`;
const PEOPLE = `select id, last_name as "lastName", email from app_user`;
const DEAD_LETTERS = `select handler, event_id as "eventId" from inspect.dead_letters`;
const SETTINGS = `select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes')`;
const SUMS = `select name, counted::float8 as counted, actual::float8 as actual from (
    select 'people' as name, coalesce(sum(total), 0) as counted, (select count(*) from app_user) as actual
    from user_stats where generation = (select generation from projection where name = 'user_stats')
    union all
    select 'active people', coalesce(sum(active), 0), (select count(*) from app_user where is_active)
    from user_stats where generation = (select generation from projection where name = 'user_stats')) s`;
const REPEATED_ATTEMPTS = `select coalesce(sum(attempts - 1), 0)::float8 as count from inspect.handler_effects where handler like '%-mail'`;

export type StoredHistory = Pick<
  History,
  'databaseSettings' | 'log' | 'entities' | 'people' | 'duties' | 'effects' | 'deadLetters' | 'sums' | 'repeatableMails'
>;

/** Tables that tell of the way to where things stand. */
const EVIDENCE = [
  'saga_instance',
  'saga_transition',
  'onboarding',
  'parked_event',
  'handler_effect',
  'handler_lane',
  'event',
];

export async function readEvidence(databaseUrl: string): Promise<Record<string, unknown>> {
  const evidence: Record<string, unknown> = {};
  await withPostgres(databaseUrl, async (client) => {
    for (const table of EVIDENCE) evidence[table] = (await client.query(`select * from ${table}`)).rows;
  });
  return evidence;
}

/** All that the database has to say, in one look. */
export async function readDatabase(databaseUrl: string): Promise<StoredHistory> {
  return withPostgres(databaseUrl, async (client) => {
    const read = async <Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> =>
      (await client.query<Row>(sql, [...values])).rows;
    await client.query('begin isolation level repeatable read read only');
    const effects: Effect[] = [];
    for (const { handler, types, rows } of DUTIES) {
      const found = await read<{ eventId: string }>(rows, [types]);
      effects.push(...found.map(({ eventId }) => ({ handler, eventId })));
    }
    const settings = await read<{ name: string; setting: string }>(SETTINGS);
    const [repeated] = await read<{ count: number }>(REPEATED_ATTEMPTS);
    return {
      databaseSettings: Object.fromEntries(settings.map(({ name, setting }) => [name, setting])),
      log: await read<LoggedEvent>(LOG),
      entities: await read<Entity>(ENTITIES),
      people: await read<Person>(PEOPLE),
      duties: DUTIES.map(({ handler, types, untilDeleted }) => ({ handler, types, untilDeleted })),
      effects,
      deadLetters: await read<Effect>(DEAD_LETTERS),
      sums: await read<Sum>(SUMS),
      repeatableMails: repeated?.count ?? 0,
    };
  });
}

/** One for each recipient. */
export function describeMails(caught: readonly CaughtMail[]): Mail[] {
  return caught.flatMap(({ raw, to }) => {
    const { headers } = readMail(raw);
    const subject = headers.get('subject')?.[0] ?? '';
    const messageId = headers.get('message-id')?.[0] ?? '';
    return to.map((address) => ({ kind: kindOf(subject), to: address, subject, messageId }));
  });
}

function kindOf(subject: string): Mail['kind'] {
  if (subject.startsWith('Welcome to ')) return 'welcome';
  return subject.startsWith('This is now the e-mail address of your ') ? 'address-added' : 'other';
}
