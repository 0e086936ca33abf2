import type { Sql } from '../../src/database/sql.ts';
import type { GraphqlClient } from './graphql-client.ts';
import type { ShownError } from './graphql-requests.ts';
import { openEventStream } from './event-stream-client.ts';
import { type OpenOperation, openOnSocket } from './socket-client.ts';
import { waitFor } from './wait-for.ts';

export interface ShownNotification {
  readonly id: string;
  readonly type: string;
  readonly title: string;
  readonly message: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly isRead: boolean;
  readonly readAt: string | null;
  readonly createdAt: string;
}

const FIELDS = 'id type title message eventId eventType isRead readAt createdAt';

export const INBOX = `query ($unreadOnly: Boolean, $first: Int, $after: String) {
  notifications(unreadOnly: $unreadOnly, first: $first, after: $after) {
    unreadCount totalCount edges { cursor node { ${FIELDS} } } pageInfo { hasNextPage endCursor }
  }
}`;

export interface ShownInbox {
  readonly notifications: {
    readonly unreadCount: number;
    readonly totalCount: number;
    readonly edges: readonly { readonly cursor: string; readonly node: ShownNotification }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

/** The newest hundred. */
export async function inboxOf(client: GraphqlClient): Promise<readonly ShownNotification[]> {
  const { notifications } = await client.ask<ShownInbox>(INBOX, { first: 100 });
  return notifications.edges.map((edge) => edge.node);
}

/** Until the handler has passed every event that is in the log now. */
export async function untilNotified(sql: Sql): Promise<void> {
  await waitFor(
    async () => {
      const [row] = await sql<{ done: boolean }>(
        `select l.position >= (select max(p.position) from event_position p)
                and not exists (select from event e where not exists (select from event_position p where p.event_id = e.id)) as done
         from handler_lane l where l.handler = 'notifications'`,
      );
      return row?.done;
    },
    { describe: 'the notifications of every event' },
  );
}

/** Somebody connected: what came, in order. Over SSE it listens once it is open; a socket does not say when it begins. */
export class LiveInbox implements AsyncDisposable {
  readonly received: ShownNotification[] = [];
  readonly errors: ShownError[] = [];
  isEnded = false;
  #operation: OpenOperation | null = null;

  static async open(client: GraphqlClient, transport: 'websocket' | 'sse' = 'websocket'): Promise<LiveInbox> {
    const inbox = new LiveInbox();
    const open = transport === 'sse' ? openEventStream : openOnSocket;
    const request = { query: `subscription { notifications { ${FIELDS} } }`, variables: {} };
    inbox.#operation = await open(client, request, {
      result: (result) => {
        if (result.errors) inbox.errors.push(...result.errors);
        const notification = result.data?.['notifications'] as ShownNotification | undefined;
        if (notification) inbox.received.push(notification);
      },
      ended: () => {
        inbox.isEnded = true;
      },
    });
    return inbox;
  }

  async untilReceived(count: number): Promise<void> {
    await waitFor(() => this.received.length >= count, { describe: `${count} notifications` });
  }

  async untilEnded(): Promise<void> {
    await waitFor(() => this.isEnded, { describe: 'the end of the stream' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#operation?.leave();
  }
}
