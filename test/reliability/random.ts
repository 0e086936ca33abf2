import { Random as SeededRandom } from '../../src/seed/random.ts';

/** Chance that follows from one seed, so that a run can be had again. */
export class Random extends SeededRandom {
  override pick<Item>(items: readonly Item[]): Item {
    const item = items[this.between(0, items.length - 1)];
    if (item === undefined) throw new Error('There is nothing to pick from.');
    return item;
  }

  shuffled<Item>(items: readonly Item[]): Item[] {
    return items
      .map((item) => ({ item, at: this.next() }))
      .toSorted((one, other) => one.at - other.at)
      .map(({ item }) => item);
  }

  /** One of its own for somebody whose draws shall not depend on anybody else's. */
  fork(): Random {
    return new Random(Math.floor(this.next() * 2 ** 32));
  }
}
