import type { Sql } from '../../database/sql.ts';
import { type AuditOrigin, digestOf, GENESIS_HASH, hashEntry } from './audit-chain.ts';
import { type ChainLink, findCutOff, findAnchor, readLinks } from './audit-chain.repository.ts';

export const AUDIT_CHAIN_FAULTS = [
  'MISSING_ENTRY',
  'BROKEN_LINK',
  'ALTERED_ENTRY',
  'ALTERED_DETAILS',
  'MISSING_DETAILS',
  'MISSING_END',
] as const;
export type AuditChainFault = (typeof AUDIT_CHAIN_FAULTS)[number];

export interface AuditChainBreak {
  /** The place in the chain that is wrong, or where an entry should stand. */
  readonly sequence: number;
  /** Of the entry, or of the one that should be there; null when that is unknown. */
  readonly eventId: string | null;
  readonly fault: AuditChainFault;
}

export interface AuditChainReport {
  readonly valid: boolean;
  /** False when the limit of one run was reached: go on with `after: lastSequence`. */
  readonly complete: boolean;
  readonly checkedEntries: number;
  /** Entries among them whose personal details were erased. */
  readonly purgedEntries: number;
  /** The last entry found good; with `headHash`, worth noting down outside the database. */
  readonly lastSequence: number;
  readonly headHash: string;
  readonly firstBroken: AuditChainBreak | null;
}

interface VerifyOptions {
  readonly handler: string;
  readonly auditedTypes: readonly string[];
  /** Begin behind this entry, taking its stored hash as good; 0 begins with the first. */
  readonly after: number;
  /** Entries of one run, at most. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

const BATCH = 1_000;

/** What is wrong with a link, given the hash before it; null when nothing is. Pure. */
function faultOf(link: ChainLink, expectedSequence: number, previousHash: string): AuditChainFault | null {
  if (link.sequence !== expectedSequence) return 'MISSING_ENTRY';
  if (link.hash !== hashEntry(link, link.previousHash)) return 'ALTERED_ENTRY';
  if (link.previousHash !== previousHash) return 'BROKEN_LINK';
  const origin: AuditOrigin = { ipAddress: link.ipAddress, userAgent: link.userAgent };
  const isOriginBlank = link.ipAddress === null && link.userAgent === null;
  return (
    faultOfPart(link.details, link.details === null, link.detailsSalt, link.detailsDigest, link.detailsPurged) ??
    faultOfPart(origin, isOriginBlank, link.originSalt, link.originDigest, link.originPurged)
  );
}

function faultOfPart(
  value: unknown,
  isBlank: boolean,
  salt: string | null,
  digest: string,
  purged: boolean,
): AuditChainFault | null {
  if (salt !== null) return digestOf(value, salt) === digest ? null : 'ALTERED_DETAILS';
  if (!isBlank) return 'ALTERED_DETAILS';
  return purged ? null : 'MISSING_DETAILS';
}

/** Walks the chain in batches of a thousand and stops at the first link that is wrong. */
export async function verifyAuditChain(sql: Sql, options: VerifyOptions): Promise<AuditChainReport> {
  const { after, limit, signal } = options;
  const start = after === 0 ? { hash: GENESIS_HASH, position: 0 } : await findAnchor(sql, after);
  let [sequence, hash, position] = [after, start?.hash ?? '', start?.position ?? 0];
  let [checked, purged] = [0, 0];
  const report = (complete: boolean, firstBroken: AuditChainBreak | null): AuditChainReport => ({
    valid: firstBroken === null,
    complete,
    checkedEntries: checked,
    purgedEntries: purged,
    lastSequence: sequence,
    headHash: hash,
    firstBroken,
  });
  if (!start) return report(true, { sequence: after, eventId: null, fault: 'MISSING_ENTRY' });

  while (checked < limit) {
    signal.throwIfAborted();
    const size = Math.min(BATCH, limit - checked);
    const links = await readLinks(sql, sequence, size);
    for (const link of links) {
      const fault = faultOf(link, sequence + 1, hash);
      if (fault) {
        const eventId = fault === 'MISSING_ENTRY' ? null : link.eventId;
        return report(true, { sequence: sequence + 1, eventId, fault });
      }
      checked += 1;
      if (link.detailsSalt === null || link.originSalt === null) purged += 1;
      ({ sequence, hash } = link);
      position = Math.max(position, link.position);
    }
    if (links.length < size) {
      const cutOff = await findCutOff(sql, options.handler, options.auditedTypes, position);
      return report(true, cutOff === null ? null : { sequence: sequence + 1, eventId: cutOff, fault: 'MISSING_END' });
    }
  }
  return report(false, null);
}
