import DataLoader from 'dataloader';
import { leaveTransactionScope } from '../../database/open-transaction.ts';
import type { Sql } from '../../database/sql.ts';
import { RequestError } from '../../errors.ts';
import type { Standing } from '../../viewer.ts';
import type { AccessTokenClaims, AccessTokens } from './access-token.ts';
import { findStandings, type SessionClaim } from './session.repository.ts';

const BEARER = /^Bearer +([\w.~+/=-]+)$/i;
const MAX_BATCH = 500;
const NOBODY: Standing = { viewer: null, lastsMs: Number.POSITIVE_INFINITY };

/**
 * What credentials are worth at this moment. Nothing is remembered of a session, but those that are asked for at the
 * same time are looked up together: a changed role makes every stream of a node ask at once.
 */
export class SessionStandings {
  readonly #tokens: AccessTokens;
  readonly #sessions: DataLoader<SessionClaim, Standing | null>;

  constructor(sql: Sql, tokens: AccessTokens) {
    this.#tokens = tokens;
    this.#sessions = new DataLoader((claims) => leaveTransactionScope(() => findStandings(sql, claims)), {
      cache: false,
      maxBatchSize: MAX_BATCH,
    });
  }

  /**
   * Asks again at each call, for one caller whose credentials may be renewed. A token whose session has ended is
   * refused, not taken for an anonymous caller, so that a client learns that it has to sign in.
   */
  finderFor(authorization: () => string | null): () => Promise<Standing> {
    let last: { readonly token: string; readonly claims: AccessTokenClaims } | null = null;
    return async () => {
      const header = authorization();
      if (header === null) return NOBODY;
      const token = BEARER.exec(header)?.[1];
      if (token === undefined)
        throw unauthenticated('The Authorization header must read "Bearer" and an access token.');
      const isKnown = last?.token === token && last.claims.expiresAt.getTime() > Date.now();
      if (!last || !isKnown) last = { token, claims: await this.#tokens.verify(token) };
      return this.#standingOf(last.claims);
    };
  }

  /** Whether these credentials are good now. */
  async isAuthentic(authorization: string): Promise<boolean> {
    try {
      return (await this.finderFor(() => authorization)()).viewer !== null;
    } catch (error) {
      if (error instanceof RequestError) return false;
      throw error;
    }
  }

  async #standingOf({ userId, sessionId, expiresAt }: AccessTokenClaims): Promise<Standing> {
    const standing = await this.#sessions.load({ userId, sessionId });
    if (!standing) throw unauthenticated('The session has ended. Sign in again.');
    return { ...standing, lastsMs: Math.min(standing.lastsMs, expiresAt.getTime() - Date.now()) };
  }
}

function unauthenticated(message: string): RequestError {
  return new RequestError('UNAUTHENTICATED', message);
}
