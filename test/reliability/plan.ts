import type { StreamTransport } from '../support/event-follower.ts';
import { Random } from './random.ts';

const OF_PROCESSES = [
  'api killed',
  'api stopped',
  'worker killed',
  'worker stopped',
  'worker frozen',
  'workers killed amid a mail',
] as const;
const OF_SERVERS = [
  'postgres killed',
  'redis killed',
  'backends terminated',
  'pubsub connections killed',
  'mail deferred',
  'mail taken without a word',
  'commits lost',
  'answers of commits lost',
  'people locked',
] as const;
export type FaultKind = (typeof OF_PROCESSES)[number] | (typeof OF_SERVERS)[number];

export interface PlannedFault {
  readonly kind: FaultKind;
  /** Which of the two processes of the role. */
  readonly node: 0 | 1;
  /** After the end of the one before. */
  readonly pauseMs: number;
  readonly lastsMs: number;
}

export interface PlannedSubscriber {
  readonly name: string;
  readonly transport: StreamTransport;
  readonly types: readonly string[] | null;
  readonly startsAt: 'beginning' | 'now';
  readonly random: Random;
}

export interface Plan {
  readonly seed: number;
  readonly durationMs: number;
  /** There before the first fault. */
  readonly people: number;
  readonly writers: readonly Random[];
  readonly subscribers: readonly PlannedSubscriber[];
  readonly visitors: readonly Random[];
  /** Courses of faults that run beside each other. */
  readonly faults: readonly (readonly PlannedFault[])[];
}

const PEOPLE = 40;
const WRITERS = 12;
const SUBSCRIBERS = 16;
const VISITORS = 2;
/** More than two leases, see `deployment.ts`. */
const FREEZE_MS = { low: 3_500, high: 5_000 };

export const ALL_FAULTS: readonly (readonly FaultKind[])[] = [OF_PROCESSES, OF_SERVERS];

/**
 * Everything that chance decides about a run, except what its processes make of it. Faults of one list come one after the
 * other.
 */
export function makePlan(seed: number, durationMs: number, kinds: typeof ALL_FAULTS = ALL_FAULTS): Plan {
  const random = new Random(seed);
  return {
    seed,
    durationMs,
    people: PEOPLE,
    writers: Array.from({ length: WRITERS }, () => random.fork()),
    subscribers: Array.from({ length: SUBSCRIBERS }, (_, index) => makeSubscriber(index, random)),
    visitors: Array.from({ length: VISITORS }, () => random.fork()),
    faults: kinds.map((course) => makeFaults(course, durationMs, random.fork())),
  };
}

function makeSubscriber(index: number, random: Random): PlannedSubscriber {
  const transport = index % 3 === 2 ? 'sse' : 'websocket';
  const types = random.pick([null, null, ['USER_UPDATED'], ['USER_CREATED', 'USER_DELETED', 'WELCOME_EMAIL_SENT']]);
  const startsAt = random.chance(0.7) ? 'beginning' : 'now';
  const name = `subscriber ${index + 1} (${transport}, ${types === null ? 'all' : types.join()}, from ${startsAt})`;
  return { name, transport, types, startsAt, random: random.fork() };
}

/** In rounds that have each kind once, so that a short run has them all. */
function makeFaults(kinds: readonly FaultKind[], durationMs: number, random: Random): PlannedFault[] {
  const faults: PlannedFault[] = [];
  let planned = 0;
  while (planned < durationMs) {
    for (const kind of random.shuffled(kinds)) {
      const lasts = kind === 'worker frozen' ? FREEZE_MS : { low: 200, high: 2_500 };
      const fault: PlannedFault = {
        kind,
        node: random.chance(0.5) ? 0 : 1,
        pauseMs: random.between(500, 3_000),
        lastsMs: random.between(lasts.low, lasts.high),
      };
      faults.push(fault);
      planned += fault.pauseMs + fault.lastsMs;
    }
  }
  return faults;
}
