import { randomInt } from 'node:crypto';
import { ALL_FAULTS } from './plan.ts';

export interface ReliabilitySettings {
  readonly seed: number;
  readonly durationMs: number;
  readonly databaseSettings: Readonly<Record<string, string>>;
  readonly faults: typeof ALL_FAULTS;
  /** Whether it is to be seen that acknowledged writes can be lost, and that their loss is found (C1). */
  readonly isControl: boolean;
}

/** What is acknowledged is written to the disk up to half a minute later: a database that is killed loses it. */
const FORGETFUL = { synchronous_commit: 'off', wal_writer_delay: '10000', wal_writer_flush_after: '0' };

/** RELIABILITY_SEED, else one of chance; RELIABILITY_MINUTES of faults, else one; RELIABILITY_CONTROL=1 for a forgetful database. */
export function readSettings(): ReliabilitySettings {
  const { RELIABILITY_SEED: seed, RELIABILITY_MINUTES: minutes, RELIABILITY_CONTROL: control } = process.env;
  return {
    seed: seed === undefined ? randomInt(2 ** 31) : wholeNumber('RELIABILITY_SEED', seed),
    durationMs: 60_000 * (minutes === undefined ? 1 : positive('RELIABILITY_MINUTES', minutes)),
    databaseSettings: control === '1' ? FORGETFUL : {},
    faults: control === '1' ? [['postgres killed']] : ALL_FAULTS,
    isControl: control === '1',
  };
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Error(`${name} must be a whole number.`);
  return Number(text);
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (!(number > 0 && number <= 24 * 60)) throw new Error(`${name} must be a number of minutes.`);
  return number;
}
