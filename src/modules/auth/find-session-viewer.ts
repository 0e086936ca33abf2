import type { Sql } from '../../database/sql.ts';
import { RequestError } from '../../errors.ts';
import type { Viewer } from '../../viewer.ts';
import type { AccessTokens } from './access-token.ts';
import { findViewer } from './session.repository.ts';

const BEARER = /^Bearer +([\w.~+/=-]+)$/i;

/**
 * Who an `Authorization` header stands for: null without one. A token whose session has ended is refused, not taken
 * for an anonymous caller, so that a client learns that it has to sign in.
 *
 * @throws RequestError UNAUTHENTICATED
 */
export async function findSessionViewer(
  sql: Sql,
  tokens: AccessTokens,
  authorization: string | null,
): Promise<Viewer | null> {
  if (authorization === null) return null;
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) throw unauthenticated('The Authorization header must read "Bearer" and an access token.');
  const { userId, sessionId } = await tokens.verify(token);
  const viewer = await findViewer(sql, userId, sessionId);
  if (!viewer) throw unauthenticated('The session has ended. Sign in again.');
  return viewer;
}

function unauthenticated(message: string): RequestError {
  return new RequestError('UNAUTHENTICATED', message);
}
