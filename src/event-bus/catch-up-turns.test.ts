import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { CatchUpTurns } from './catch-up-turns.ts';

test('one goes on in each turn of the event loop, in the order in which they asked', async () => {
  const turns = new CatchUpTurns();
  const gone: string[] = [];
  const work = async (name: string, pieces: number): Promise<void> => {
    for (let piece = 1; piece <= pieces; piece++) {
      await turns.next();
      gone.push(`${name}${piece}`);
    }
  };
  const all = Promise.all([work('a', 3), work('b', 1), work('c', 2)]);

  const seen: number[] = [];
  while (gone.length < 6) {
    await nextTurn();
    seen.push(gone.length);
  }
  await all;

  expect(gone).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
  expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
});
