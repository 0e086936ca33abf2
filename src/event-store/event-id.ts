import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';
import { setTime } from './clock.ts';

/** Bytes of randomness one id takes. */
const RANDOM_BYTES = 16;
/** Drawn for many ids at once: the generator's own 16 bytes per id are five times the cost of the rest. */
const randomness = Buffer.alloc(RANDOM_BYTES * 256);
let used = randomness.length;
let lastTime = 0;
let sequence = 0;
let setSequence = 0;

/** A new UUIDv7; ascending within this process, as long as its clock is the machine's. */
export function newEventId(): string {
  if (used === randomness.length) {
    randomFillSync(randomness);
    used = 0;
  }
  const random = randomness.subarray(used, (used += RANDOM_BYTES));
  const time = setTime();
  if (time !== null) return v7({ random, msecs: time, seq: setSequence++ });
  const now = Date.now();
  if (now > lastTime) {
    lastTime = now;
    // The highest bit stays free, so that the ids of one millisecond can count up from here.
    sequence = random.readUInt32BE(0) >>> 1;
  } else sequence++;
  return v7({ random, msecs: lastTime, seq: sequence });
}

/** Of the same kind: commands, too, are made by the thousand. */
export function newCommandId(): string {
  return newEventId();
}

function timeOf(eventId: string): number {
  return Number.parseInt(eventId.slice(0, 8) + eventId.slice(9, 13), 16);
}

let lastSecond = Number.NaN;
/** Of that second: RFC 3339 up to the point before the milliseconds. */
let lastSecondText = '';

/** The time an UUIDv7 was made, as RFC 3339 with milliseconds. Ids that are read one after the other share their second. */
export function timestampOf(eventId: string): string {
  const time = timeOf(eventId);
  const millisecond = time % 1_000;
  const second = time - millisecond;
  if (second !== lastSecond) {
    lastSecondText = new Date(second).toISOString().slice(0, -'000Z'.length);
    lastSecond = second;
  }
  return `${lastSecondText}${millisecond < 100 ? (millisecond < 10 ? '00' : '0') : ''}${millisecond}Z`;
}

/** Seconds since then, by this machine's clock; never below 0. */
export function ageOf(eventId: string): number {
  return Math.max(0, Date.now() - timeOf(eventId)) / 1_000;
}

/** The highest time that fits into an id: in the year 10889. */
export const LAST_EVENT_TIME = 2 ** 48 - 1;

/** The smallest UUID whose time part is `at` (in milliseconds) or later: turns a range of times into a range of ids. */
export function eventIdFloor(at: number): string {
  const hex = Math.min(Math.max(0, at), LAST_EVENT_TIME).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`;
}
