import type { AggregateWatch } from '../event-bus/aggregate-watch.ts';
import type { EventFeed } from './event-feed.ts';
import type { Operation } from './operation.ts';

/** What runs on a connection. Plain data, which survives being written as JSON. */
export interface LiveOperation {
  /** The name in the document. */
  readonly name: string | null;
  readonly type: string | null;
  /** RFC 3339. */
  readonly since: string;
  /** Results sent; null for what is no stream of events, as are the two below. */
  readonly sent: number | null;
  readonly cursor: string | null;
  /** Positions of the log behind its end. */
  readonly lag: number | null;
}

/** A WebSocket or an event stream at this node, as it is at the moment. Plain data. */
export interface LiveConnection {
  readonly id: string;
  readonly transport: 'WEBSOCKET' | 'SSE';
  /** Null while it speaks for nobody. */
  readonly userId: string | null;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  /** RFC 3339. */
  readonly since: string;
  /** Bytes that wait for the client to take them. */
  readonly unsentBytes: number;
  readonly operations: readonly LiveOperation[];
}

export interface ListedConnection {
  readonly id: string;
  describe(): LiveConnection;
  /** An operator wants it gone. */
  end(): void;
}

/** The type of aggregate whose events end the connection with their aggregate's id. */
export const CONNECTION_AGGREGATE = 'Connection';

/** The WebSockets and event streams of this node. One of them ends when the log says so, whichever node was asked to. */
export class LiveConnections {
  readonly #connections = new Map<string, ListedConnection>();

  constructor(watch: AggregateWatch) {
    watch.watch([{ type: CONNECTION_AGGREGATE }], (id) => this.#hasEnded(id));
  }

  add(connection: ListedConnection): void {
    this.#connections.set(connection.id, connection);
  }

  remove({ id }: ListedConnection): void {
    this.#connections.delete(id);
  }

  list(): LiveConnection[] {
    return [...this.#connections.values()].map((connection) => connection.describe());
  }

  /** Told while the log is read, when nobody may take long. */
  #hasEnded(id: string): void {
    const connection = this.#connections.get(id);
    if (connection) setImmediate(() => connection.end());
  }
}

export function describeOperation(operation: Operation, feed: EventFeed | null): LiveOperation {
  return {
    name: operation.name,
    type: operation.type ?? null,
    since: operation.startedAt.toISOString(),
    ...(feed?.progress ?? { sent: null, cursor: null, lag: null }),
  };
}
