import type { Credentials } from './credentials.ts';
import type { ValueStore } from './value-store.ts';

/** The part of an access token's life after which a new one is fetched. The rest is for when that does not work at once. */
const USEFUL_PART = 0.8;

/** What `login` and `refreshSession` answer. */
export interface IssuedTokens {
  readonly accessToken: string;
  readonly accessTokenExpiresAt: string;
  readonly refreshToken: string;
}

/** Times are of this machine's clock, in milliseconds since 1970. */
interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly renewsAt: number;
  readonly expiresAt: number;
}

export interface SessionOptions {
  readonly store: ValueStore;
  /**
   * Exchanges a refresh token; null when it is refused, which ends the session. It repeats the request if the answer is
   * lost: the server makes the same exchange again for a few seconds.
   */
  readonly refresh: (refreshToken: string) => Promise<IssuedTokens | null>;
  readonly onSignedOut: () => void;
}

/**
 * The tokens of one person. A refresh token works once, so there is one exchange at a time, in this client and, where the
 * store can exclude others, among all that share the store; and a new pair is stored before anything uses it.
 */
export class Session implements Credentials {
  readonly #options: SessionOptions;
  readonly #listeners = new Set<(token: string) => void>();
  /** Undefined until it was read. */
  #pair: TokenPair | null | undefined;
  #renewing: Promise<string | null> | undefined;
  #lastTurn: Promise<unknown> = Promise.resolve();

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  get renewsAt(): number | null {
    return this.#pair?.renewsAt ?? null;
  }

  onRenewed(listener: (token: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async token(): Promise<string | null> {
    const pair = await this.#load();
    if (pair === null) return null;
    if (Date.now() >= pair.expiresAt) return this.#renewOnce(pair);
    // Nobody has to wait for it: if it fails now, it is tried again at the next use, and at the latest when it must not.
    if (Date.now() >= pair.renewsAt) void this.#renewOnce(pair).catch(() => undefined);
    return pair.accessToken;
  }

  async renew(refused: string): Promise<string | null> {
    const pair = await this.#load();
    return pair && pair.accessToken !== refused ? pair.accessToken : this.#renewOnce(pair);
  }

  /** From now on the client speaks for whoever these tokens belong to. */
  async adopt(tokens: IssuedTokens): Promise<void> {
    await this.#exclusively(() => this.#keep(tokens));
  }

  /** Forgets the tokens without a word to the server; `logout` ends the session there too. */
  async clear(): Promise<void> {
    await this.#exclusively(() => this.#forget());
  }

  async #load(): Promise<TokenPair | null> {
    if (this.#pair === undefined) {
      const stored = await this.#read();
      this.#pair ??= stored;
    }
    return this.#pair;
  }

  async #renewOnce(known: TokenPair | null): Promise<string | null> {
    this.#renewing ??= this.#exclusively(() => this.#exchange(known)).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #exchange(known: TokenPair | null): Promise<string | null> {
    const stored = await this.#read();
    // Whoever shares the store, or a login in this client, was faster.
    if (stored && stored.refreshToken !== known?.refreshToken) return this.#use(stored);
    const tokens = stored && (await this.#options.refresh(stored.refreshToken));
    if (tokens) return this.#keep(tokens);
    await this.#forget();
    return null;
  }

  async #keep(tokens: IssuedTokens): Promise<string> {
    const now = Date.now();
    const lifetime = lifetimeMs(tokens);
    const pair: TokenPair = {
      accessToken: tokens.accessToken,
      refreshToken: tokens.refreshToken,
      renewsAt: now + USEFUL_PART * lifetime,
      expiresAt: now + lifetime,
    };
    await this.#options.store.set(JSON.stringify(pair));
    return this.#use(pair);
  }

  async #forget(): Promise<void> {
    await this.#options.store.set(null);
    const wasSignedIn = this.#pair != null;
    this.#pair = null;
    if (wasSignedIn) this.#options.onSignedOut();
  }

  #use(pair: TokenPair): string {
    this.#pair = pair;
    for (const listener of this.#listeners) listener(pair.accessToken);
    return pair.accessToken;
  }

  /** What is no pair of tokens counts as none. */
  async #read(): Promise<TokenPair | null> {
    const text = await this.#options.store.get();
    const value = text === null ? null : parseJson(text);
    return isTokenPair(value) ? value : null;
  }

  /** `adopt`, `clear` and the exchange never overlap: a login must not be undone by an exchange that began before it. */
  async #exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    const { store } = this.#options;
    const run = (): Promise<Result> => (store.exclusive ? store.exclusive(work) : work());
    const turn = this.#lastTurn.then(run, run);
    this.#lastTurn = turn;
    return turn;
  }
}

function isTokenPair(value: unknown): value is TokenPair {
  if (typeof value !== 'object' || value === null) return false;
  const { accessToken, refreshToken, renewsAt, expiresAt } = value as Partial<Record<keyof TokenPair, unknown>>;
  return (
    typeof accessToken === 'string' &&
    typeof refreshToken === 'string' &&
    typeof renewsAt === 'number' &&
    typeof expiresAt === 'number'
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * How long the token is good for yet. Its claims know how long it lives in all, which is the answer for a new one even
 * where this machine's clock is wrong; for one that has lived for a while the clock shortens it.
 */
function lifetimeMs({ accessToken, accessTokenExpiresAt }: IssuedTokens): number {
  const { iat, exp } = claimsOf(accessToken);
  if (typeof iat !== 'number' || typeof exp !== 'number') return Date.parse(accessTokenExpiresAt) - Date.now();
  const inAllMs = (exp - iat) * 1000;
  const remainingMs = exp * 1000 - Date.now();
  return remainingMs > 0 && remainingMs < inAllMs ? remainingMs : inAllMs;
}

function claimsOf(token: string): Readonly<Record<string, unknown>> {
  const payload = token.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? '';
  try {
    const claims = parseJson(atob(payload));
    return typeof claims === 'object' && claims !== null ? { ...claims } : {};
  } catch (error) {
    // Not base64: the token is of another kind.
    if (error instanceof DOMException) return {};
    throw error;
  }
}
