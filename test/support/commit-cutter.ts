import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What becomes of a COMMIT that is cut off: it never reaches the server, or its answer never reaches the client. */
export type CutPlace = 'on its way there' | 'on its way back';

/** Stands between a client and PostgreSQL and, when armed, cuts the connection of the next COMMIT. */
export class CommitCutter implements AsyncDisposable {
  /** How many it has cut. */
  cuts = 0;
  readonly #server: Server;
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();
  #armed: CutPlace | null = null;

  private constructor(server: Server, target: URL) {
    this.#server = server;
    this.#target = target;
    server.on('connection', (client) => this.#relay(client));
  }

  static async listen(databaseUrl: string): Promise<CommitCutter> {
    const cutter = new CommitCutter(createServer(), new URL(databaseUrl));
    const { promise, resolve } = Promise.withResolvers<void>();
    cutter.#server.listen(0, '127.0.0.1', resolve);
    await promise;
    return cutter;
  }

  /** The same database through here. */
  get url(): string {
    const url = new URL(this.#target);
    url.host = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return url.href;
  }

  arm(place: CutPlace): void {
    this.#armed = place;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    for (const socket of this.#sockets) socket.destroy();
    await promise;
  }

  #relay(client: Socket): void {
    const server = connect(Number(this.#target.port), this.#target.hostname);
    const cut = (): void => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', cut);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        cut();
      });
    }
    let isAnswerAwaited = false;
    client.on('data', (data) => {
      const place = isCommit(data) ? this.#armed : null;
      if (place) {
        this.#armed = null;
        this.cuts++;
      }
      if (place === 'on its way there') return cut();
      if (place === 'on its way back') isAnswerAwaited = true;
      server.write(data);
    });
    server.on('data', (data) => (isAnswerAwaited ? cut() : client.write(data)));
  }
}

/** Whether a batch of statements ends with `commit`: it is parsed anew each time, under no name. */
function isCommit(data: Buffer): boolean {
  return data.includes('\0commit\0');
}
