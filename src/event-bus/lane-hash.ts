import { createHash } from 'node:crypto';

/** The lane of an aggregate: the same as the SQL function `event_lane`, so that memory and log agree. */
export function laneOf(aggregateType: string, aggregateId: string, lanes: number): number {
  if (lanes === 1) return 0;
  const digest = createHash('md5').update(`${aggregateType}/${aggregateId}`).digest();
  return (digest.readUInt32BE(0) & 0x7fffffff) % lanes;
}
