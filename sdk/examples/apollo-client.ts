import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import { resumingSocket } from './resuming-socket.ts';

/**
 * Apollo Client on the endpoint. Subscriptions to events declare `$after: Cursor` and give it to the field: the socket
 * fills it in when it connects again.
 */
export function apolloClient(url: string, token: () => string): ApolloClient {
  const http = new SetContextLink(() => ({ headers: { authorization: `Bearer ${token()}` } })).concat(
    new HttpLink({ uri: url }),
  );
  return new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(resumingSocket(url, token)),
      http,
    ),
  });
}
