import { lostWrites } from './acknowledged-writes.ts';
import { checkpointFaults } from './checkpoints.ts';
import { completionFaults } from './completion-order.ts';
import { settingFaults } from './durable-settings.ts';
import { entityFaults } from './entity-versions.ts';
import { handlingFaults } from './handled-once.ts';
import { healingFaults } from './healing.ts';
import type { History } from './history.ts';
import { repeatedWrites } from './idempotency.ts';
import { orderFaults } from './log-order.ts';
import { mailFaults } from './outside-effects.ts';
import { sessionFaults } from './refreshed-sessions.ts';
import { eventsOfRefusedWrites } from './refused-writes.ts';
import { steadinessFaults } from './steadiness.ts';
import { versionFaults } from './stream-versions.ts';
import { subscriptionFaults } from './subscriptions.ts';
import { sumFaults } from './sums.ts';

const ORACLES = {
  C1: lostWrites,
  C2: eventsOfRefusedWrites,
  C3: entityFaults,
  C4: versionFaults,
  C5: repeatedWrites,
  C6: orderFaults,
  C7: handlingFaults,
  C8: completionFaults,
  C9: sumFaults,
  C10: mailFaults,
  C11: checkpointFaults,
  C12: subscriptionFaults,
  C14: healingFaults,
  C15: steadinessFaults,
  C16: sessionFaults,
  C17: settingFaults,
} as const satisfies Record<string, (history: History) => string[]>;

export type OracleName = keyof typeof ORACLES;

export interface Fault {
  readonly oracle: OracleName;
  readonly sentence: string;
}

/** Everything that the run should not have done. */
export function checkHistory(history: History): Fault[] {
  return (Object.keys(ORACLES) as OracleName[]).flatMap((oracle) =>
    ORACLES[oracle](history).map((sentence) => ({ oracle, sentence })),
  );
}
