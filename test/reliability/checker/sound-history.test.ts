import { expect, test } from 'vitest';
import { checkHistory } from './check-history.ts';
import { soundHistory } from './made-up-history.ts';

test('a run in which all went well has no fault', () => {
  expect(checkHistory(soundHistory())).toEqual([]);
});
