import DataLoader from 'dataloader';
import { leaveTransactionScope } from '../../database/open-transaction.ts';
import type { Sql } from '../../database/sql.ts';
import { RequestError } from '../../errors.ts';
import type { Standing } from '../../viewer.ts';
import type { StandingFinder } from '../../graphql/context.ts';
import type { AccessTokens } from './access-token.ts';
import { findStandings, type SessionClaim } from './session.repository.ts';

const BEARER = /^Bearer +([\w.~+/=-]+)$/i;
const MAX_BATCH = 500;
const NOBODY: Standing = { viewer: null, lastsMs: Number.POSITIVE_INFINITY };

/** Who shows credentials: those that they have at the moment. */
interface Caller {
  readonly authorization: string | null;
}

/** Told of credentials that are not good. */
type Refused<C extends Caller> = (error: RequestError, caller: C) => void;

/** What a token was found to say. */
interface VerifiedClaim extends SessionClaim {
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

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

  /** For one caller, whose credentials may be renewed. */
  finderFor<C extends Caller>(caller: C, refused: Refused<C>): StandingFinder {
    return new CallerStanding(this, caller, refused);
  }

  /** Whether these credentials are good now. */
  async isAuthentic(authorization: string): Promise<boolean> {
    try {
      return (await this.finderFor({ authorization }, () => undefined).find()).viewer !== null;
    } catch (error) {
      if (error instanceof RequestError) return false;
      throw error;
    }
  }

  /** @throws RequestError UNAUTHENTICATED */
  async verify(authorization: string): Promise<VerifiedClaim> {
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined) throw unauthenticated('The Authorization header must read "Bearer" and an access token.');
    const { userId, sessionId, expiresAt } = await this.#tokens.verify(token);
    return { userId, sessionId, expiresAt: expiresAt.getTime() };
  }

  /** @throws RequestError UNAUTHENTICATED */
  async standingOf({ userId, sessionId, expiresAt }: VerifiedClaim): Promise<Standing> {
    const standing = await this.#sessions.load({ userId, sessionId });
    if (!standing) throw unauthenticated('The session has ended. Sign in again.');
    return { ...standing, lastsMs: Math.min(standing.lastsMs, expiresAt - Date.now()) };
  }
}

/**
 * Asks again at each call, and verifies a token once. A token whose session has ended is refused, not taken for an
 * anonymous caller, so that a client learns that it has to sign in.
 */
class CallerStanding<C extends Caller> implements StandingFinder {
  readonly #standings: SessionStandings;
  readonly #caller: C;
  readonly #refused: Refused<C>;
  #verified: string | null = null;
  #claim: VerifiedClaim | null = null;

  constructor(standings: SessionStandings, caller: C, refused: Refused<C>) {
    this.#standings = standings;
    this.#caller = caller;
    this.#refused = refused;
  }

  async find(): Promise<Standing> {
    const { authorization } = this.#caller;
    if (authorization === null) return NOBODY;
    try {
      return await this.#standings.standingOf(await this.#claimOf(authorization));
    } catch (error) {
      if (error instanceof RequestError) this.#refused(error, this.#caller);
      throw error;
    }
  }

  async #claimOf(authorization: string): Promise<VerifiedClaim> {
    if (this.#claim && this.#verified === authorization && this.#claim.expiresAt > Date.now()) return this.#claim;
    this.#claim = await this.#standings.verify(authorization);
    this.#verified = authorization;
    return this.#claim;
  }
}

function unauthenticated(message: string): RequestError {
  return new RequestError('UNAUTHENTICATED', message);
}
