/** A server that belongs to one test run or one test, reachable on this machine only and thrown away with its data. */
export interface PrivateServer extends AsyncDisposable {
  /** With user and password; stays the same over every restart, as the port does. */
  readonly url: string;
  readonly port: number;
  /** Orderly shutdown. The data stay until the server is disposed of. */
  stop(): Promise<void>;
  /** SIGKILL to the server and its children: nothing is flushed, nobody says goodbye. */
  kill(): Promise<void>;
  /** Starts it again on its data and port, after an orderly shutdown if it runs; resolves when it takes connections. */
  restart(): Promise<void>;
}

/** One whose process is known, since it does not run in a container. */
export interface InstalledServer extends PrivateServer {
  /** SIGSTOP until disposed of: its connections stay, the system takes further ones, and nobody answers. */
  freeze(): Disposable;
}

export const START_TIMEOUT_MS = 60_000;
export const STOP_TIMEOUT_MS = 10_000;
