import { sqlOf } from '../../database/sql.ts';
import { RequestError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { connectionOf, connectionType, type Page, pageOf } from '../../graphql/connection.ts';
import { requireUuid } from '../../graphql/node.type.ts';
import { type AuditSearch, countEntries, searchEntries, type StoredAuditEntry } from './audit-log.repository.ts';
import { AUDIT_ACTIONS, type AuditAction } from './audit-rules.ts';

const AuditActionType = builder.enumType('AuditAction', { values: AUDIT_ACTIONS });

const AuditLogType = builder.objectRef<StoredAuditEntry>('AuditLog').implement({
  description: 'One entry of the audit chain: who did what to what, and from where.',
  authScopes: { permission: 'audit:read' },
  fields: (t) => ({
    id: t.id({ resolve: (entry) => entry.eventId }),
    sequence: t.field({
      type: 'SafeInt',
      description: 'Place in the chain, from 1.',
      resolve: (entry) => entry.sequence,
    }),
    eventId: t.exposeID('eventId'),
    eventType: t.exposeString('eventType'),
    action: t.field({ type: AuditActionType, resolve: (entry) => entry.action as AuditAction }),
    resource: t.exposeString('resource', { description: 'The type of what was changed: User, Role, Order …' }),
    resourceId: t.exposeID('resourceId'),
    userId: t.exposeID('userId', { nullable: true, description: 'Who acted; null when nobody was signed in.' }),
    details: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Null once the person they belong to was erased.',
      resolve: (entry) => entry.details,
    }),
    ipAddress: t.exposeString('ipAddress', { nullable: true }),
    userAgent: t.exposeString('userAgent', { nullable: true }),
    correlationId: t.exposeID('correlationId'),
    createdAt: t.field({ type: 'DateTime', description: 'When it happened.', resolve: (entry) => entry.occurredAt }),
    previousHash: t.exposeString('previousHash'),
    hash: t.exposeString('hash'),
  }),
});

const AuditLogConnection = connectionType('AuditLog', AuditLogType);

const AuditLogFilter = builder.inputType('AuditLogFilter', {
  fields: (t) => ({
    userId: t.id({ description: 'Who acted.' }),
    action: t.field({ type: AuditActionType }),
    resource: t.string(),
    resourceId: t.id(),
    correlationId: t.id(),
    from: t.field({ type: 'DateTime' }),
    to: t.field({ type: 'DateTime', description: 'Inclusive.' }),
  }),
});

const MAX_RESOURCE = 100;

function searchOf(filter: typeof AuditLogFilter.$inferInput | null | undefined): AuditSearch {
  const resource = filter?.resource ?? undefined;
  if (
    resource !== undefined &&
    (resource.length > MAX_RESOURCE || resource.includes('\0') || !resource.isWellFormed())
  ) {
    throw new RequestError('BAD_USER_INPUT', `A resource has at most ${MAX_RESOURCE} well-formed characters.`);
  }
  return {
    userId: filter?.userId == null ? undefined : requireUuid(filter.userId, 'filter.userId'),
    action: filter?.action ?? undefined,
    resource,
    resourceId: filter?.resourceId ?? undefined,
    correlationId: filter?.correlationId ?? undefined,
    from: filter?.from ?? undefined,
    to: filter?.to ?? undefined,
  };
}

/** The entry a page starts behind. @throws RequestError BAD_USER_INPUT */
function sequenceOf(page: Page): string | null {
  const sequence = page.from?.[0];
  if (sequence !== undefined && !/^[1-9]\d{0,15}$/.test(sequence)) {
    throw new RequestError('BAD_USER_INPUT', 'The page cursor is malformed.');
  }
  return sequence ?? null;
}

builder.queryField('auditLogs', (t) =>
  t.field({
    type: AuditLogConnection,
    description: 'The newest first.',
    authScopes: { permission: 'audit:read' },
    args: { filter: t.arg({ type: AuditLogFilter }), first: t.arg.int(), after: t.arg.string() },
    resolve: async (_root, args, context) => {
      const sql = sqlOf(context.em);
      const page = pageOf(args, 1);
      const search = searchOf(args.filter);
      const entries = await searchEntries(sql, search, sequenceOf(page), page.size + 1);
      return connectionOf(
        page,
        entries,
        (entry) => [String(entry.sequence)],
        () => countEntries(sql, search),
      );
    },
  }),
);
