import type { GraphqlClient } from '../support/graphql-client.ts';
import { waitFor } from '../support/wait-for.ts';
import type { SupervisedProcess } from './supervised-process.ts';

/** Longer than the checker allows: then it is in the history how it stood. */
const PATIENCE_MS = 40_000;
/** In a row, with the log as long in each: between two handlers there is a moment in which neither has anything to do. */
const QUIET_READINGS = 8;

const STATE = `{ eventBusHealth { relayLag totalEvents } handlers { name lag retryingCount waitingCount } }`;

interface State {
  readonly eventBusHealth: { readonly relayLag: number; readonly totalEvents: number };
  readonly handlers: readonly {
    readonly name: string;
    readonly lag: number;
    readonly retryingCount: number;
    readonly waitingCount: number;
  }[];
}

export async function untilReady(processes: readonly SupervisedProcess[]): Promise<void> {
  await waitFor(async () => (await Promise.all(processes.map((each) => each.isReady()))).every(Boolean), {
    describe: 'every process to be ready',
    timeoutMs: PATIENCE_MS,
  });
}

/** Until the log has placed, and every handler handled, all there is. */
export async function untilQuiet(client: GraphqlClient): Promise<void> {
  let readings = 0;
  let total = -1;
  await waitFor(
    async () => {
      const { eventBusHealth, handlers } = await client.ask<State>(STATE);
      const busy = handlers.filter((each) => each.lag + each.retryingCount + each.waitingCount > 0);
      const isQuiet = eventBusHealth.relayLag === 0 && busy.length === 0 && eventBusHealth.totalEvents === total;
      readings = isQuiet ? readings + 1 : 0;
      total = eventBusHealth.totalEvents;
      // Thrown, so that it stands in the message when the time is over.
      if (!isQuiet) throw new Error(JSON.stringify({ eventBusHealth, busy }));
      return readings >= QUIET_READINGS;
    },
    { describe: 'nothing to be left to do', timeoutMs: PATIENCE_MS },
  );
}
