import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** One address before a server, or before several in turn, whose connections can be broken. */
export class ConnectionSwitch implements AsyncDisposable {
  /** Connections taken so far. */
  accepted = 0;
  /** Answers swallowed so far. */
  swallowed = 0;
  /** While true, connections are broken as soon as they are made. */
  isDown = false;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #target: string;
  #swallowing = 0;
  #forgotten = 0;

  private constructor(server: Server, target: string) {
    this.#server = server;
    this.#target = target;
    server.on('connection', (client) => this.#relay(client));
  }

  static async listen(target: string): Promise<ConnectionSwitch> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const connectionSwitch = new ConnectionSwitch(createServer(), target);
    connectionSwitch.#server.listen(0, '127.0.0.1', resolve);
    await promise;
    return connectionSwitch;
  }

  /** The target's URL, through here. */
  get url(): string {
    const url = new URL(this.#target);
    url.host = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return url.href;
  }

  /** Breaks all connections; those that follow go to the new target. */
  moveTo(target: string): void {
    this.#target = target;
    this.cut();
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** The next so many answers are lost: the connection breaks once the server has begun to answer what it was asked. */
  swallowAnswers(count: number): void {
    this.#swallowing = count;
  }

  /** The connections there are stay open, and nothing comes through them any more, nor does a goodbye. */
  forget(): void {
    this.#forgotten = this.accepted;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.cut();
    await promise;
  }

  #relay(client: Socket): void {
    const number = ++this.accepted;
    if (this.isDown) {
      client.destroy();
      return;
    }
    const { port, hostname } = new URL(this.#target);
    const server = connect(Number(port), hostname);
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
    client.on('data', (data) => {
      if (number > this.#forgotten) server.write(data);
    });
    server.on('data', (data) => {
      if (number <= this.#forgotten) return;
      if (this.#swallowing === 0) {
        client.write(data);
        return;
      }
      this.#swallowing -= 1;
      this.swallowed += 1;
      cut();
    });
  }
}
