import { type Client, createClient } from 'graphql-ws';

/**
 * A socket of graphql-ws for other GraphQL clients, whose subscriptions to events go on where they were when it connects
 * again. By itself the library repeats a subscription with the variables it began with.
 */
export function resumingSocket(url: string, token: () => string): Client {
  const client = createClient({
    url: url.replace(/^http/, 'ws'),
    connectionParams: () => ({ authorization: `Bearer ${token()}` }),
    retryAttempts: Infinity,
    shouldRetry: () => true,
    keepAlive: 15_000,
  });
  return {
    ...client,
    subscribe: (payload, sink) => {
      // The library writes this very object again each time it connects.
      const variables: Record<string, unknown> = { ...payload.variables };
      return client.subscribe(
        { ...payload, variables },
        {
          ...sink,
          next: (result) => {
            const { stream } = (result.extensions ?? {}) as { readonly stream?: { readonly cursor: string } };
            if (stream) variables['after'] = stream.cursor;
            sink.next(result as Parameters<typeof sink.next>[0]);
          },
        },
      );
    },
  };
}
