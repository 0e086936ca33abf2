/** Where a client keeps one text over its restarts: its tokens, or the cursor of a stream. */
export interface ValueStore {
  /** Null when there is none. */
  get(): Promise<string | null> | string | null;
  /** Null removes it. Must replace the old text as a whole or not at all. */
  set(text: string | null): Promise<void> | void;
  /**
   * Runs `work` while no other client of this store does. Tokens want it where several tabs or processes share them:
   * two that renew at once look to the server like a thief and his victim.
   */
  exclusive?<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** Forgets with the process. */
export function memoryStore(text: string | null = null): ValueStore {
  let kept = text;
  return {
    get: () => kept,
    set: (text) => {
      kept = text;
    },
  };
}

/**
 * Keeps it in the browser, shared by all tabs of the origin. Any script that runs in the page can read it: prefer a
 * memory store for tokens where signing in again is acceptable.
 */
export function localStorageStore(key: string): ValueStore {
  return {
    get: () => localStorage.getItem(key),
    set: (text) => (text === null ? localStorage.removeItem(key) : localStorage.setItem(key, text)),
    // Absent on pages without TLS, where there is nothing to exclude others with. The lock is the browser's, the storage
    // reaches each tab's process by itself: who gets the lock may see the old text for a moment yet. For tokens that is no
    // harm, since the server repeats an exchange for some seconds.
    exclusive: async (work) => (navigator.locks ? navigator.locks.request(`signalbox:${key}`, work) : work()),
  };
}
