import { v7 } from 'uuid';

/** A new UUIDv7; ascending within this process. */
export function newEventId(): string {
  return v7();
}

/** The time an UUIDv7 was made, as RFC 3339 with milliseconds. */
export function timestampOf(eventId: string): string {
  return new Date(Number.parseInt(eventId.slice(0, 8) + eventId.slice(9, 13), 16)).toISOString();
}

/** The highest time that fits into an id: in the year 10889. */
const LAST_TIME = 2 ** 48 - 1;

/** The smallest UUID whose time part is `at` (in milliseconds) or later: turns a range of times into a range of ids. */
export function eventIdFloor(at: number): string {
  const hex = Math.min(Math.max(0, at), LAST_TIME).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`;
}
