import { hash, randomBytes } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

/**
 * The chain: each entry's hash covers all that is fixed about the entry, and the hash of the one before it. Personal
 * details are covered through salted digests, so that they can be blanked without breaking the chain, and cannot be
 * guessed from it afterwards.
 */

/** What the hash of an entry covers, besides the hash before it. */
export interface AuditEntry {
  /** Dense from 1. */
  readonly sequence: number;
  readonly eventId: string;
  readonly eventType: string;
  /** Of the event in the log. Not ascending: an event that had to be retried comes later. */
  readonly position: number;
  readonly action: string;
  readonly resource: string;
  readonly resourceId: string;
  readonly userId: string | null;
  readonly subjectId: string | null;
  readonly correlationId: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly occurredAt: string;
  readonly detailsDigest: string;
  readonly originDigest: string;
}

export interface AuditOrigin {
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
}

/** What the first entry has as the hash before it. Changing it makes every chain invalid. */
export const GENESIS_HASH = hash('sha256', 'signalbox audit chain, version 1');

/** Hex. */
export function hashEntry(entry: AuditEntry, previousHash: string): string {
  // Named one by one: a property more on the object must not change the hash.
  const covered: AuditEntry & { previousHash: string } = {
    sequence: entry.sequence,
    eventId: entry.eventId,
    eventType: entry.eventType,
    position: entry.position,
    action: entry.action,
    resource: entry.resource,
    resourceId: entry.resourceId,
    userId: entry.userId,
    subjectId: entry.subjectId,
    correlationId: entry.correlationId,
    occurredAt: entry.occurredAt,
    detailsDigest: entry.detailsDigest,
    originDigest: entry.originDigest,
    previousHash,
  };
  return hash('sha256', canonicalJson(covered));
}

/** Hex. */
export function digestOf(value: unknown, salt: string): string {
  return hash('sha256', canonicalJson({ salt, value }));
}

/** 256 random bits: without them, a digest of an IP address would be found by trying all of them. */
export function newSalt(): string {
  return randomBytes(32).toString('hex');
}
