import { expect, test } from 'vitest';
import { checkHistory } from './check-history.ts';
import { soundHistory } from './made-up-history.ts';
import { MUTATIONS } from './mutations.ts';

test.for(MUTATIONS)('%s: %s says so, and no other', ([, oracle, mutate]) => {
  const history = soundHistory();
  mutate(history);
  const oracles = checkHistory(history).map((fault) => fault.oracle);
  expect([...new Set(oracles)]).toEqual([oracle]);
});
