import { append, sampleAppend } from '../../event-store/sample-events.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { BusNode } from './two-nodes.ts';

interface Nodes {
  readonly a: BusNode;
  readonly b: BusNode;
}

/** Whether two nodes hear of events by hints: for nodes that do not look by themselves, on a log with nothing in it yet. */
export class HintsBetween {
  readonly #nodes: Nodes;
  #head = 0;

  constructor(nodes: Nodes) {
    this.#nodes = nodes;
  }

  /** Records so many events on the one node, each when the other has heard of the one before. */
  async deliver(events: number, timeoutMs = 5_000): Promise<void> {
    const { a, b } = this.#nodes;
    for (let count = 0; count < events; count++) {
      await append(a.database.sql, sampleAppend('a'));
      a.bus.relay.wake();
      this.#head += 1;
      await waitFor(() => b.bus.tail.head === this.#head, {
        describe: `event ${this.#head} on the other node`,
        timeoutMs,
      });
    }
  }

  /** Until both say that they hear each other, or that they do not. */
  async until(state: 'healthy' | 'cut off'): Promise<void> {
    const isReached = () =>
      [this.#nodes.a, this.#nodes.b].every(({ bus }) => bus.hints.healthy === (state === 'healthy'));
    await waitFor(isReached, { describe: `the nodes to be ${state}`, timeoutMs: 20_000 });
  }
}
