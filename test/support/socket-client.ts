import { once } from 'node:events';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { GraphqlClient } from './graphql-client.ts';
import type { ShownResult } from './graphql-requests.ts';
import { lookForOthers } from './look-for-others.ts';

export interface OpenOperation {
  /** Breaks the connection without a goodbye. */
  cut(): void;
  /** Ends the operation as a well-behaved client does. */
  leave(): Promise<void>;
}

export interface OperationSink {
  result(result: ShownResult): void;
  /** Over: `closeCode` when the socket closed, null when the server completed or refused the operation. */
  ended(closeCode: number | null): void;
}

/** Runs one operation on a WebSocket of its own, as the caller that `client` is, without any reconnecting. */
export async function openOnSocket(
  caller: GraphqlClient,
  request: { readonly query: string; readonly variables: Record<string, unknown> },
  sink: OperationSink,
): Promise<OpenOperation> {
  const opened = Promise.withResolvers<WebSocket>();
  const client = createClient({
    url: caller.url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: caller.token === null ? {} : { authorization: `Bearer ${caller.token}` },
    retryAttempts: 0,
    on: {
      connected: (socket) => opened.resolve(socket as WebSocket),
      closed: (event) => opened.reject(new Error(`The socket closed: ${closeCodeOf(event)}`)),
    },
  });
  const taken = watched(caller, request, sink);
  client.subscribe(request, {
    next: (result) => taken.result(result as ShownResult),
    error: (error) => {
      opened.reject(error instanceof Error ? error : new Error('The socket was refused.'));
      if (Array.isArray(error)) taken.result({ errors: error });
      taken.ended(closeCodeOf(error));
    },
    complete: () => taken.ended(null),
  });
  const socket = await opened.promise;
  return {
    cut: () => socket.terminate(),
    leave: async () => {
      const closed = socket.readyState === WebSocket.CLOSED ? null : once(socket, 'close');
      await client.dispose();
      await closed;
    },
  };
}

/** The same, whose results hold nothing of others that the caller may not see. */
export function watched({ token }: GraphqlClient, request: object, sink: OperationSink): OperationSink {
  const asked = JSON.stringify(request);
  return {
    ...sink,
    result(result) {
      lookForOthers('frame', JSON.stringify(result), { token, asked });
      sink.result(result);
    },
  };
}

function closeCodeOf(error: unknown): number | null {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'number'
    ? error.code
    : null;
}
