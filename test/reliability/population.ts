import type { Random } from './random.ts';

/** The people that writers know of. Several may have the same one in hand. */
export class Population {
  readonly #ids: string[] = [];
  readonly #inactive = new Set<string>();

  add(id: string): void {
    if (!this.#ids.includes(id)) this.#ids.push(id);
  }

  remove(id: string): void {
    const at = this.#ids.indexOf(id);
    if (at !== -1) this.#ids.splice(at, 1);
  }

  pick(random: Random): string {
    return random.pick(this.#ids);
  }

  /** Whether to activate them, so that it changes the first of them as far as is known here. */
  turnOver([first = '', ...others]: readonly string[]): boolean {
    const activates = this.#inactive.has(first);
    for (const id of [first, ...others]) {
      if (activates) this.#inactive.delete(id);
      else this.#inactive.add(id);
    }
    return activates;
  }
}
