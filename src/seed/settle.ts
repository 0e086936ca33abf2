import { setTimeout as delay } from 'node:timers/promises';
import type { App } from '../app.ts';
import { readHandlerStates } from '../event-bus/handler-status.ts';

const LOOK_AGAIN_MS = 8;
const PATIENCE_MS = 60_000;

type Busy = Pick<App, 'database' | 'bus' | 'workers'>;

/**
 * Waits until handlers and sagas have done all there is to do by now. What a saga does later, such as letting an unpaid
 * order expire, is not waited for.
 *
 * What they record is placed in the log when all of them have come to its end, not before: so each gets it in one batch.
 */
export async function settled(app: Busy): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    if (!(await areBehind(app))) {
      if (await hasEventsToPlace(app)) app.bus.relay.wake();
      else if (!(await hasSagasToRun(app))) return;
    }
    if (performance.now() > deadline) throw new Error('The handlers do not come to an end with the demo data.');
    await delay(LOOK_AGAIN_MS);
  }
}

/** Whether a handler has not come to the end of the log, as far as this process has read it. */
async function areBehind({ database, bus, workers }: Busy): Promise<boolean> {
  // In this process: what a handler with nothing to do has reached is written down once a second only.
  if (!workers || workers.reached < bus.tail.head) return true;
  const parked = await database.sql('select from parked_event limit 1');
  if (parked.length === 0) return false;
  const failed = (await readHandlerStates(database.sql)).find(({ dead }) => dead > 0);
  if (failed) throw new Error(`The handler ${failed.name} failed on the demo data: ${failed.lastError ?? 'unknown'}`);
  return true;
}

async function hasEventsToPlace({ database, bus }: Busy): Promise<boolean> {
  const { head } = bus.tail;
  const [log] = await database.sql<{ events: string }>('select count(*)::text as events from event');
  return Number(log?.events ?? 0) > head;
}

async function hasSagasToRun({ database }: Busy): Promise<boolean> {
  const due = await database.sql(
    `select from saga_instance where due_at < clock_timestamp() + interval '5 seconds' limit 1`,
  );
  return due.length > 0;
}
