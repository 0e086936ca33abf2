/** "The log now reaches `head`": tells other nodes to look, and holds nothing they must believe. */
export interface Hint {
  readonly head: number;
  /** The node that numbered the events; a node ignores its own hints. */
  readonly node: string;
}

/** "Look again at what is called so"; see `Signals`. */
export interface SignalHint {
  readonly signal: string;
  /** The node that raised it; a node ignores its own. */
  readonly node: string;
}

export interface HintBus extends AsyncDisposable {
  /** Never throws and never waits; while one hint is on its way only the newest further one is kept. */
  publish(hint: Hint): void;
  /** Never throws and never waits; while one is on its way a name is kept once, and a bounded number of names. */
  signal(hint: SignalHint): void;
  /** False while hints may be lost; the relay then polls faster. */
  readonly healthy: boolean;
}

export interface HintListener {
  onHint(hint: Hint): void;
  onSignal(hint: SignalHint): void;
  /** The connection is back: hints may have been lost meanwhile. */
  onReconnect(): void;
  /** The connection is gone: none will come until it is back. */
  onDisconnect(): void;
}

/** One process alone: there is nobody to tell. */
export function silentHintBus(): HintBus {
  return {
    publish: () => undefined,
    signal: () => undefined,
    healthy: true,
    [Symbol.asyncDispose]: async () => undefined,
  };
}
