import type { SignedIn } from './factories.ts';
import type { TestNode } from './test-app.ts';

/** The server accepts a token for as long as clocks may differ. */
export const TOLERANCE_SECONDS = 5;

/** The same session with an access token that was issued a while ago, and has so many seconds left. */
export async function withTokenNearItsEnd({ app }: TestNode, person: SignedIn, seconds: number): Promise<SignedIn> {
  const { tokens } = app.services.auth;
  const { userId, sessionId } = await tokens.verify(person.accessToken);
  const lifetimeMs = app.config.auth.accessTokenMinutes * 60_000;
  const now = new Date(Date.now() - lifetimeMs + seconds * 1000);
  const { token } = await tokens.issue({ userId, sessionId, now });
  return { ...person, accessToken: token, client: person.client.as(token) };
}
