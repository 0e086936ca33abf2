import { sqlOf } from '../../database/sql.ts';
import { RequestError } from '../../errors.ts';
import { builder } from '../../graphql/builder.ts';
import { AUDIT_HANDLER } from './audit-log.handler.ts';
import { AUDIT_RULES } from './audit-rules.ts';
import {
  AUDIT_CHAIN_FAULTS,
  type AuditChainBreak,
  type AuditChainReport,
  verifyAuditChain,
} from './verify-audit-chain.ts';

const AuditChainFaultType = builder.enumType('AuditChainFault', { values: AUDIT_CHAIN_FAULTS });

const AuditChainBreakType = builder.objectRef<AuditChainBreak>('AuditChainBreak').implement({
  guardedByParent: true,
  fields: (t) => ({
    sequence: t.field({ type: 'SafeInt', resolve: (broken) => broken.sequence }),
    eventId: t.exposeID('eventId', { nullable: true }),
    fault: t.field({ type: AuditChainFaultType, resolve: (broken) => broken.fault }),
  }),
});

const AuditChainReportType = builder.objectRef<AuditChainReport>('AuditChainReport').implement({
  guardedByParent: true,
  fields: (t) => ({
    valid: t.exposeBoolean('valid', { description: 'Whether everything that was checked is unaltered.' }),
    complete: t.exposeBoolean('complete', {
      description: 'False when the limit of one call was reached: go on with `after: lastSequence`.',
    }),
    checkedEntries: t.field({ type: 'SafeInt', resolve: (report) => report.checkedEntries }),
    purgedEntries: t.field({
      type: 'SafeInt',
      description: 'Checked entries whose personal details were erased.',
      resolve: (report) => report.purgedEntries,
    }),
    lastSequence: t.field({
      type: 'SafeInt',
      description: 'The last entry found good; 0 when there is none.',
      resolve: (report) => report.lastSequence,
    }),
    headHash: t.exposeString('headHash', {
      description: 'Its hash. Note both outside the database: who rewrites the whole chain cannot rewrite the note.',
    }),
    firstBroken: t.field({ type: AuditChainBreakType, nullable: true, resolve: (report) => report.firstBroken }),
  }),
});

/** A second or two of work. */
const ENTRIES_PER_CALL = 100_000;

builder.queryField('verifyAuditChain', (t) =>
  t.field({
    type: AuditChainReportType,
    description: 'Recomputes the audit chain, up to 100,000 entries a call, and names the first entry that is wrong.',
    authScopes: { permission: 'audit:read' },
    args: {
      after: t.arg({ type: 'SafeInt', description: 'Begin behind this entry, which an earlier call found good.' }),
    },
    resolve: (_root, args, context) => {
      const after = args.after ?? 0;
      if (after < 0) throw new RequestError('BAD_USER_INPUT', 'The argument after must not be negative.');
      return verifyAuditChain(sqlOf(context.em), {
        handler: AUDIT_HANDLER,
        auditedTypes: AUDIT_RULES.map((rule) => rule.definition.type),
        after,
        limit: ENTRIES_PER_CALL,
        signal: context.signal,
      });
    },
  }),
);
