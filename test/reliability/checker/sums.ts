import type { History } from './history.ts';

/** C9: what is counted up event by event, so that one handled twice or not at all would show, is exact. */
export function sumFaults({ sums }: History): string[] {
  return sums
    .filter(({ counted, actual }) => counted !== actual)
    .map(({ name, counted, actual }) => `${name}: counted ${counted}, there are ${actual}.`);
}
