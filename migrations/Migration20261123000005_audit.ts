import { Migration } from '@mikro-orm/migrations';
import { statements } from './statements.ts';

/** The audit log: an append-only hash chain, what people may ask to have erased beside it, and the only way to erase that. */
export class Migration20261123000005_audit extends Migration {
  override up(): void {
    const scripts = [entries, details, purges, appendOnly, onlyBlanking, purgeDetails];
    for (const statement of scripts.flatMap(statements)) this.addSql(statement);
  }

  override down(): void {
    const script = `
      drop function purge_audit_details(uuid);
      drop table audit_purge, audit_detail, audit_log;
      drop function refuse_audit_detail_change();
      drop function refuse_audit_change();
    `;
    for (const statement of statements(script)) this.addSql(statement);
  }
}

const entries = `
create table audit_log (
  sequence bigint not null primary key check (sequence > 0),
  event_id uuid not null unique,
  event_type text collate "C" not null,
  position bigint not null,
  action text collate "C" not null,
  resource text collate "C" not null,
  resource_id text collate "C" not null,
  user_id uuid,
  subject_id uuid,
  correlation_id text collate "C" not null,
  occurred_at timestamptz(3) not null,
  details_digest text collate "C" not null,
  origin_digest text collate "C" not null,
  previous_hash text collate "C" not null,
  hash text collate "C" not null
);
comment on table audit_log is 'Dense from 1. hash covers every other column, previous_hash included: docs/decisions/008-audit-chain.md.';
create index audit_log_by_user on audit_log (user_id, sequence);
create index audit_log_by_subject on audit_log (subject_id) where subject_id is not null;
create index audit_log_by_resource on audit_log (resource, resource_id, sequence);
create index audit_log_by_correlation on audit_log (correlation_id, sequence);
create index audit_log_by_time on audit_log (occurred_at);
`;

const details = `
create table audit_detail (
  sequence bigint not null primary key references audit_log (sequence),
  details jsonb,
  details_salt text collate "C",
  ip_address text,
  user_agent text,
  origin_salt text collate "C"
);
comment on table audit_detail is 'What may be erased of an entry. The chain holds a salted digest of it, so it can be checked while it is there and blanked without breaking the chain.';
`;

const purges = `
create table audit_purge (
  person_id uuid not null primary key,
  purged_at timestamptz not null default clock_timestamp()
);
comment on table audit_purge is 'Whose personal details were taken out of the audit log: the licence for blanking, and what tells it from tampering.';
`;

const appendOnly = `
create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'The audit log is append-only: % on % is refused.', tg_op, tg_table_name using errcode = 'SBA02';
end $$;
create trigger audit_log_is_append_only before update or delete on audit_log for each row execute function refuse_audit_change();
create trigger audit_log_is_not_truncated before truncate on audit_log for each statement execute function refuse_audit_change();
create trigger audit_purge_is_append_only before update or delete on audit_purge for each row execute function refuse_audit_change();
create trigger audit_purge_is_not_truncated before truncate on audit_purge for each statement execute function refuse_audit_change();
create trigger audit_detail_is_kept before delete on audit_detail for each row execute function refuse_audit_change();
create trigger audit_detail_is_not_truncated before truncate on audit_detail for each statement execute function refuse_audit_change();
`;

// Details belong to the person an entry is about; address and device to who acted, or, where nobody was signed in, to the
// person it is about as well.
const onlyBlanking = `
create function refuse_audit_detail_change() returns trigger language plpgsql as $$
declare
  v_entry audit_log;
begin
  select * into v_entry from audit_log where sequence = old.sequence;
  if new.sequence = old.sequence
    and ((new.details, new.details_salt) is not distinct from (old.details, old.details_salt)
      or new.details is null and new.details_salt is null
        and exists (select from audit_purge where person_id = v_entry.subject_id))
    and ((new.ip_address, new.user_agent, new.origin_salt) is not distinct from (old.ip_address, old.user_agent, old.origin_salt)
      or new.ip_address is null and new.user_agent is null and new.origin_salt is null
        and exists (select from audit_purge where person_id = coalesce(v_entry.user_id, v_entry.subject_id)))
  then
    return new;
  end if;
  raise exception 'Audit details change only by being purged.' using errcode = 'SBA02';
end $$;
create trigger audit_detail_is_only_blanked before update on audit_detail for each row execute function refuse_audit_detail_change();
`;

const purgeDetails = `
create function purge_audit_details(p_person uuid) returns integer
language plpgsql as $$
declare
  v_purged integer;
begin
  insert into audit_purge (person_id) values (p_person) on conflict (person_id) do nothing;
  update audit_detail d
  set details = case when a.subject_id = p_person then null else d.details end,
      details_salt = case when a.subject_id = p_person then null else d.details_salt end,
      ip_address = case when coalesce(a.user_id, a.subject_id) = p_person then null else d.ip_address end,
      user_agent = case when coalesce(a.user_id, a.subject_id) = p_person then null else d.user_agent end,
      origin_salt = case when coalesce(a.user_id, a.subject_id) = p_person then null else d.origin_salt end
  from audit_log a
  where a.sequence = d.sequence
    and (a.subject_id = p_person and d.details_salt is not null
      or coalesce(a.user_id, a.subject_id) = p_person and d.origin_salt is not null)
    and (a.subject_id = p_person or a.user_id = p_person);
  get diagnostics v_purged = row_count;
  return v_purged;
end $$;
`;
