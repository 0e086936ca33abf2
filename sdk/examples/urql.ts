import { Client, type ExecutionResult, fetchExchange, subscriptionExchange } from '@urql/core';
import { resumingSocket } from './resuming-socket.ts';

/**
 * urql on the endpoint. Subscriptions to events declare `$after: Cursor` and give it to the field: the socket fills it
 * in when it connects again.
 */
export function urqlClient(url: string, token: () => string): Client {
  const socket = resumingSocket(url, token);
  return new Client({
    url,
    // The server takes operations by POST alone.
    preferGetMethod: false,
    fetchOptions: () => ({ headers: { authorization: `Bearer ${token()}` } }),
    exchanges: [
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.subscribe(
              { query, variables },
              { ...sink, next: (result) => sink.next(result as ExecutionResult) },
            ),
          }),
        }),
      }),
    ],
  });
}
