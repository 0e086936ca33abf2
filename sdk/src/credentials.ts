/** Who the client speaks for. */
export interface Credentials {
  /** A token that is good for a while yet; null to be nobody. */
  token(): Promise<string | null>;
  /** Another token after this one was refused; null when there is none to be had. */
  renew(refused: string): Promise<string | null>;
  /** When `token` would give a new one, in milliseconds since 1970; null when that is not known. */
  readonly renewsAt: number | null;
  /** Called with each token that takes the place of another. Gives back how to stop that. */
  onRenewed(listener: (token: string) => void): () => void;
}

/** The tokens are somebody else's business: `get` is asked before each request. */
export function tokensFrom(get: () => Promise<string | null> | string | null): Credentials {
  return {
    token: async () => get(),
    renew: async (refused) => {
      const token = await get();
      return token === refused ? null : token;
    },
    renewsAt: null,
    onRenewed: () => () => undefined,
  };
}
