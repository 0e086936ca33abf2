interface Scene {
  readonly at: number;
  readonly play: () => Promise<void>;
}

/** What happens when, put together in any order and then told in that of time. */
export class Timeline {
  readonly #scenes: Scene[] = [];
  readonly #end: number;

  /** `end` in milliseconds since 1970. */
  constructor(end: number) {
    this.#end = end;
  }

  /** `minutesAgo` counts back from the end. */
  add(minutesAgo: number, play: () => Promise<void>): void {
    this.#scenes.push({ at: this.#end - minutesAgo * 60_000, play });
  }

  /** Scenes of the same time in the order in which they were added. */
  async tell(setTime: (at: number) => void): Promise<void> {
    for (const { at, play } of this.#scenes.toSorted((a, b) => a.at - b.at)) {
      setTime(at);
      await play();
    }
  }
}
