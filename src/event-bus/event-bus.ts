import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { RedisConfig, StreamConfig } from '../config/config.ts';
import type { Database } from '../database/database.ts';
import type { Metrics } from '../metrics.ts';
import type { EventCatalogue } from '../event-store/event-catalogue.ts';
import { EventReader } from '../event-store/event-reader.ts';
import { EventLog } from '../event-store/read-events.ts';
import type { StoredEvent } from '../event-store/domain-event.ts';
import { type SubjectKeys, useSubjectKeys } from '../event-store/subject-keys.ts';
import { Sequencer } from '../event-store/sequencer.ts';
import { AggregateWatch } from './aggregate-watch.ts';
import { CommandBus } from './command-bus.ts';
import { FailedCommands } from './failed-command.ts';
import { type HintBus, type HintListener, silentHintBus } from './hint-bus.ts';
import { LogTail } from './log-tail.ts';
import { Relay } from './relay.ts';
import { Signals } from './signals.ts';
import { StreamHub } from './stream-hub.ts';
import { Streams } from './streams.ts';

export interface EventBus extends AsyncDisposable {
  /** UUID of this process, new with each start. */
  readonly node: string;
  readonly commands: CommandBus;
  readonly log: EventLog;
  readonly reader: EventReader;
  readonly tail: LogTail;
  readonly relay: Relay;
  readonly hints: HintBus;
  readonly signals: Signals;
  readonly streams: Streams;
}

interface EventBusOptions {
  readonly database: Database;
  readonly catalogue: EventCatalogue;
  readonly keys: SubjectKeys;
  /** Called with every event that this node reads at the end of the log, before anybody is handed it. */
  readonly onRead?: (events: readonly StoredEvent[]) => void;
  readonly redis: RedisConfig | null;
  /** Nodes of one deployment share it. */
  readonly channel: string;
  readonly stream: StreamConfig;
  readonly metrics?: Metrics;
  readonly logger: Logger;
}

/** Puts the delivery of events together and starts it. */
export async function startEventBus(options: EventBusOptions): Promise<EventBus> {
  const { database, catalogue, keys, redis, channel, stream, metrics, logger } = options;
  const node = randomUUID();
  useSubjectKeys(database.orm.em, keys);
  const log = new EventLog(database.sql, catalogue);
  const watch = new AggregateWatch();
  const tail = new LogTail(log, {
    capacity: stream.ringSize,
    batch: stream.batchSize,
    onRead: (events) => {
      options.onRead?.(events);
      watch.see(events);
    },
  });
  await tail.start();
  const reader = new EventReader(catalogue, keys);
  const fetchKeys = (events: readonly StoredEvent[]): Promise<void> => reader.fetchKeys(database.sql, events);
  const hub = new StreamHub({ tail, log, fetchKeys, metrics, logger, batch: stream.batchSize });
  let hints: HintBus = silentHintBus();
  const relay = new Relay({
    node,
    sequencer: new Sequencer(database.sql),
    tail,
    hints: () => hints,
    logger,
    pollMinMs: stream.pollMinMs,
    pollMaxMs: stream.pollMaxMs,
  });
  const signals = new Signals((signal) => hints.signal({ signal, node }));
  const listener: HintListener = {
    onHint: (hint) => relay.onHint(hint),
    onSignal: (hint) => hint.node !== node && signals.receive(hint.signal),
    onReconnect() {
      relay.onReconnect();
      signals.receiveAll();
    },
    onDisconnect: () => relay.onDisconnect(),
  };
  if (redis) {
    // Loaded where there is a Redis only: its client is a tenth of a second of the start.
    const { openRedisHintBus } = await import('./redis-hint-bus.ts');
    hints = openRedisHintBus({ redis, channel, listener, logger });
  }
  relay.start();
  const failures = new FailedCommands(database, logger);
  hub.start();
  return {
    node,
    commands: new CommandBus(database, log, failures, metrics, keys.wrapper),
    log,
    reader,
    tail,
    relay,
    hints,
    signals,
    streams: new Streams({ tail, log, hub, watch, fetchKeys, lagMs: stream.lagSeconds * 1_000 }),
    async [Symbol.asyncDispose]() {
      await failures[Symbol.asyncDispose]();
      await hub[Symbol.asyncDispose]();
      await relay[Symbol.asyncDispose]();
      await hints[Symbol.asyncDispose]();
    },
  };
}
