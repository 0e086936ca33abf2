import { decodeJwt } from 'jose';
import type { SignedIn } from './factories.ts';
import type { GraphqlClient } from './graphql-client.ts';
import type { TestNode } from './test-app.ts';

/** As the person, with a token of the same session that lasts only so long, by the node's clock and to the second below. */
export async function withTokenOf(milliseconds: number, session: SignedIn, node: TestNode): Promise<GraphqlClient> {
  const { sub = '', sid } = decodeJwt<{ sid: string }>(session.accessToken);
  const { tokens } = node.app.services.auth;
  const lifetimeMs = node.app.config.auth.accessTokenMinutes * 60_000;
  const now = new Date(Date.now() + milliseconds - lifetimeMs);
  const { token } = await tokens.issue({ userId: sub, sessionId: sid, now });
  return session.client.as(token);
}
