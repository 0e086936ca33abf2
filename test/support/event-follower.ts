import { encodeCursor } from '../../src/event-store/cursor.ts';
import { openEventStream } from './event-stream-client.ts';
import type { GraphqlClient } from './graphql-client.ts';
import type { ShownError, ShownResult } from './graphql-requests.ts';
import { FOLLOW_EVENTS } from './operations.ts';
import { type OpenOperation, openOnSocket } from './socket-client.ts';
import { waitFor } from './wait-for.ts';

export type StreamTransport = 'websocket' | 'sse';

/** An event as a subscriber gets it; what its type has besides stands under its GraphQL name. */
export interface FollowedEvent {
  readonly __typename: string;
  readonly cursor: string;
  readonly id: string;
  readonly type: string;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly version: number;
  readonly schemaVersion: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: { readonly userId: string | null; readonly correlationId: string; readonly timestamp: string };
  readonly user?: Readonly<Record<string, unknown>>;
  readonly previousData?: Readonly<Record<string, unknown>>;
}

export interface Followed {
  readonly event: FollowedEvent;
  /** `extensions.stream` of the result that carried it. */
  readonly stream: { readonly cursor: string; readonly head: string; readonly caughtUp: boolean };
}

/** The cursor before the first event. */
export const BEGINNING = encodeCursor(0);

interface FollowerOptions {
  readonly transport?: StreamTransport;
  readonly filter?: Readonly<Record<string, unknown>>;
  /** Where to begin; null is "now". Default: the beginning of the log. */
  readonly after?: string | null;
}

/**
 * A subscriber that keeps the cursor of its last event, as a good client does, and resumes from it each time it is
 * connected. What it received, over all its connections, stands in `received`.
 */
export class EventFollower implements AsyncDisposable {
  readonly received: Followed[] = [];
  /** Errors that came instead of events. */
  readonly errors: ShownError[] = [];
  /** Since the last `connect`: how the connection ended, or null while it is open. */
  ended: { readonly closeCode: number | null } | null = null;
  readonly #options: FollowerOptions;
  #cursor: string | null;
  #operation: OpenOperation | null = null;
  #connection = 0;

  constructor(options: FollowerOptions = {}) {
    this.#options = options;
    this.#cursor = options.after === undefined ? BEGINNING : options.after;
  }

  static async open(caller: GraphqlClient, options: FollowerOptions = {}): Promise<EventFollower> {
    const follower = new EventFollower(options);
    await follower.connect(caller);
    return follower;
  }

  get events(): readonly FollowedEvent[] {
    return this.received.map(({ event }) => event);
  }

  get cursor(): string | null {
    return this.#cursor;
  }

  async connect(caller: GraphqlClient): Promise<void> {
    const connection = ++this.#connection;
    const isCurrent = (): boolean => this.#connection === connection;
    this.ended = null;
    const open = this.#options.transport === 'sse' ? openEventStream : openOnSocket;
    this.#operation = await open(
      caller,
      { query: FOLLOW_EVENTS, variables: { filter: this.#options.filter ?? null, after: this.#cursor } },
      {
        result: (result) => isCurrent() && this.#take(result),
        ended: (closeCode) => {
          if (isCurrent()) this.ended ??= { closeCode };
        },
      },
    );
  }

  /** Breaks the connection without a goodbye; whatever is still on its way is not received. */
  cut(): void {
    this.#connection++;
    this.#operation?.cut();
  }

  /** Over all connections. `timeoutMs` is for those who also wait for a slow writer. */
  async untilReceived(count: number, timeoutMs = 10_000): Promise<void> {
    await waitFor(async () => this.#isAt(count), { describe: `${count} events`, timeoutMs });
  }

  /** Until an event with this id has come. */
  async untilEvent(id: string, timeoutMs = 10_000): Promise<void> {
    await waitFor(() => this.events.some((event) => event.id === id), { describe: `the event ${id}`, timeoutMs });
  }

  async untilEnded(timeoutMs?: number): Promise<{ readonly closeCode: number | null }> {
    return waitFor(() => this.ended, { describe: 'the end of the stream', ...(timeoutMs ? { timeoutMs } : {}) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#operation?.leave();
  }

  #isAt(count: number): boolean {
    // Thrown, so that it stands in the message when the time is over.
    if (this.received.length < count) throw new Error(`${this.received.length} events came so far.`);
    return true;
  }

  #take(result: ShownResult): void {
    if (result.errors) this.errors.push(...result.errors);
    const event = result.data?.['domainEvents'] as FollowedEvent | undefined;
    if (!event) return;
    this.#cursor = event.cursor;
    this.received.push({ event, stream: result.extensions?.['stream'] as Followed['stream'] });
  }
}
