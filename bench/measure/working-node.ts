import { pino } from 'pino';
import { eventCatalogue, modules } from '../../src/catalogue.ts';
import type { PostgresDatabaseConfig } from '../../src/config/config.ts';
import { type Database, openDatabase } from '../../src/database/database.ts';
import type { Handler } from '../../src/event-bus/define-handler.ts';
import type { Projection } from '../../src/event-bus/define-projection.ts';
import { type EventBus, startEventBus } from '../../src/event-bus/event-bus.ts';
import { registerProjections } from '../../src/event-bus/projection-registry.ts';
import { registerHandlers } from '../../src/event-bus/register-handlers.ts';
import { startWorkers } from '../../src/event-bus/start-workers.ts';
import { EventCatalogue } from '../../src/event-store/event-catalogue.ts';
import { EventRecorder } from '../../src/event-store/event-recorder.ts';
import { sampleKeys } from '../../test/support/sample-keys.ts';

/** A process of the product without transport and modules' services: relay, handlers and jobs as they run there. */
export interface WorkingNode extends AsyncDisposable {
  readonly database: Database;
  readonly bus: EventBus;
}

interface Work {
  readonly handlers: readonly Handler[];
  readonly projections: readonly Projection[];
}

export async function startWorkingNode(
  config: PostgresDatabaseConfig,
  { handlers, projections }: Work,
): Promise<WorkingNode> {
  await using resources = new AsyncDisposableStack();
  const logger = pino({ level: 'error' });
  let wake = (): void => undefined;
  const database = resources.use(
    await openDatabase(config, {
      entities: modules.flatMap((module) => module.entities),
      subscribers: [new EventRecorder(() => wake())],
      logger,
    }),
  );
  const catalogue = new EventCatalogue(eventCatalogue);
  const bus = resources.use(
    await startEventBus({
      database,
      catalogue,
      keys: sampleKeys(),
      redis: null,
      channel: 'bench',
      stream: {
        pollMinMs: 25,
        pollMaxMs: 1_000,
        batchSize: 500,
        ringSize: 4_096,
        heartbeatSeconds: 15,
        lagSeconds: 60,
      },
      logger,
    }),
  );
  wake = () => bus.relay.wake();
  const lanes = await registerHandlers(database, handlers, logger);
  await registerProjections(database, projections, logger);
  resources.use(
    await startWorkers({
      database,
      bus,
      catalogue,
      handlers,
      lanes,
      projections,
      sagas: [],
      config: { leaseMs: 3_000, batchSize: 100, retryBaseMs: 200, retryMaxMs: 60_000, maxAttempts: 8 },
      logger,
    }),
  );
  const owned = resources.move();
  return { database, bus, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
