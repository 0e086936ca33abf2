/**
 * Trigger: every event that has an audit rule. Effect: one entry at the end of the audit chain, in the transaction of
 * the checkpoint; an erasure also blanks what the log holds of that person.
 */
import { defineTransactionalHandler, type Handler } from '../../event-bus/define-handler.ts';
import type { StoredEvent } from '../../event-store/domain-event.ts';
import { UserDataErased } from '../privacy/erasure.events.ts';
import { type AuditOrigin, digestOf, hashEntry, newSalt } from './audit-chain.ts';
import {
  type ChainHead,
  findRecorded,
  type NewAuditEntry,
  appendEntries,
  lockChain,
  purgePeople,
} from './audit-chain.repository.ts';
import { AUDIT_RULES, auditFactsOf } from './audit-rules.ts';
import type { SecurityLog } from './security-log.ts';

export const AUDIT_HANDLER = 'audit-log';

export function auditLogHandler(securityLog: Pick<SecurityLog, 'write'>): Handler {
  return defineTransactionalHandler({
    name: AUDIT_HANDLER,
    events: AUDIT_RULES.map((rule) => rule.definition),
    decrypts: ['user', 'previousData', 'session', 'reason', 'metadata'],
    startAt: 'beginning',
    repeatable: true,
    // A chain has one end.
    lanes: 1,
    batchSize: 500,
    async handle(events, { sql }) {
      const head = await lockChain(sql);
      // A replay hands over events that are in the chain already.
      const recorded = await findRecorded(
        sql,
        events.map((event) => event.id),
      );
      const fresh = events.filter((event) => !recorded.has(event.id));
      if (fresh.length === 0) return;
      const entries = chain(fresh, head);
      await appendEntries(sql, entries);
      // Said again when the transaction has to be repeated.
      for (const { action, eventType, eventId, resourceId, userId, correlationId } of entries) {
        securityLog.write('AUDITED', { action, eventType, eventId, resourceId, userId, correlationId });
      }
      const erased = fresh.filter((event) => event.type === UserDataErased.type).map((event) => event.aggregateId);
      await purgePeople(
        sql,
        erased,
        entries.flatMap(({ userId, subjectId }) => [userId, subjectId]).filter((id) => id !== null),
      );
    },
  });
}

function chain(events: readonly StoredEvent[], head: ChainHead): NewAuditEntry[] {
  let { sequence, hash } = head;
  return events.map((event) => {
    const previousHash = hash;
    sequence += 1;
    const entry = entryOf(event, sequence);
    hash = hashEntry(entry, previousHash);
    return { ...entry, previousHash, hash };
  });
}

function entryOf(event: StoredEvent, sequence: number): Omit<NewAuditEntry, 'previousHash' | 'hash'> {
  const facts = auditFactsOf(event);
  const { ipAddress, userAgent, correlationId } = event.metadata;
  const origin: AuditOrigin = { ipAddress, userAgent };
  const [detailsSalt, originSalt] = [newSalt(), newSalt()];
  return {
    ...facts,
    sequence,
    eventId: event.id,
    eventType: event.type,
    position: event.position,
    correlationId,
    occurredAt: event.timestamp,
    detailsSalt,
    detailsDigest: digestOf(facts.details, detailsSalt),
    ...origin,
    originSalt,
    originDigest: digestOf(origin, originSalt),
  };
}
