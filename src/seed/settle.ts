import { setTimeout as delay } from 'node:timers/promises';
import type { App } from '../app.ts';
import { readHandlerStates } from '../event-bus/handler-status.ts';

const LOOK_AGAIN_MS = 50;
const PATIENCE_MS = 60_000;

/**
 * Waits until handlers and sagas have done all there is to do by now. What a saga does later, such as letting an unpaid
 * order expire, is not waited for.
 */
export async function settled(app: Pick<App, 'database' | 'bus'>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (await isBusy(app)) {
    if (performance.now() > deadline) throw new Error('The handlers do not come to an end with the demo data.');
    app.bus.relay.wake();
    await delay(LOOK_AGAIN_MS);
  }
}

async function isBusy({ database, bus }: Pick<App, 'database' | 'bus'>): Promise<boolean> {
  const { head } = await bus.log.bounds();
  const handlers = await readHandlerStates(database.sql);
  const failed = handlers.find(({ dead }) => dead > 0);
  if (failed) throw new Error(`The handler ${failed.name} failed on the demo data: ${failed.lastError ?? 'unknown'}`);
  if (handlers.some(({ position, retrying, waiting }) => position < head || retrying + waiting > 0)) return true;
  const [row] = await database.sql<{ busy: boolean }>(
    `select exists (select from event e where not exists (select from event_position p where p.event_id = e.id))
         or exists (select from saga_instance where due_at < clock_timestamp() + interval '5 seconds') as busy`,
  );
  return row?.busy !== false;
}
