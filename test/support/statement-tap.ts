import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

const HEADER_BYTES = 5;

/** Stands between a client and PostgreSQL and notes the text of every statement that is run through it. */
export class StatementTap implements AsyncDisposable {
  readonly statements: string[] = [];
  readonly #server: Server;
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, target: URL) {
    this.#server = server;
    this.#target = target;
    server.on('connection', (client) => this.#relay(client));
  }

  static async listen(databaseUrl: string): Promise<StatementTap> {
    const tap = new StatementTap(createServer(), new URL(databaseUrl));
    const { promise, resolve } = Promise.withResolvers<void>();
    tap.#server.listen(0, '127.0.0.1', resolve);
    await promise;
    return tap;
  }

  /** The same database through here. */
  get url(): string {
    const url = new URL(this.#target);
    url.host = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return url.href;
  }

  /** The statements that pass while `work` runs and that `pattern` matches. */
  async during(pattern: RegExp, work: () => Promise<unknown>): Promise<string[]> {
    const from = this.statements.length;
    await work();
    return this.statements.slice(from).filter((text) => pattern.test(text));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    for (const socket of this.#sockets) socket.destroy();
    await promise;
  }

  #relay(client: Socket): void {
    const server = connect(Number(this.#target.port), this.#target.hostname);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    const prepared = new Map<string, string>();
    let rest: Buffer = Buffer.alloc(0);
    let isStarted = false;
    client.on('data', (data) => {
      rest = Buffer.concat([rest, data]);
      // The first message has no type; its length counts itself.
      if (!isStarted && rest.length >= 4 && rest.length >= rest.readInt32BE(0)) {
        rest = rest.subarray(rest.readInt32BE(0));
        isStarted = true;
      }
      if (isStarted) rest = this.#note(rest, prepared);
      server.write(data);
    });
    server.on('data', (data) => client.write(data));
  }

  /** Reads the messages that have arrived whole; returns what is left. A statement is sent once and run by its name. */
  #note(data: Buffer, prepared: Map<string, string>): Buffer {
    let rest = data;
    while (rest.length >= HEADER_BYTES && rest.length >= rest.readInt32BE(1) + 1) {
      const length = rest.readInt32BE(1) + 1;
      const body = rest.subarray(HEADER_BYTES, length);
      const type = String.fromCharCode(rest[0] ?? 0);
      if (type === 'Q') this.statements.push(textAt(body, 0));
      // Parse: the name of the statement, then its text. Bind: the name of the portal, then that of the statement.
      if (type === 'P') prepared.set(textAt(body, 0), textAt(body, body.indexOf(0) + 1));
      if (type === 'B') this.statements.push(prepared.get(textAt(body, body.indexOf(0) + 1)) ?? '');
      rest = rest.subarray(length);
    }
    return rest;
  }
}

function textAt(body: Buffer, start: number): string {
  return body.toString('utf8', start, body.indexOf(0, start));
}
