import { connect as connectTcp } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { AbstractConnector, type SentinelConnectionOptions, SentinelConnector } from 'ioredis';

type Stream = Awaited<ReturnType<AbstractConnector['connect']>>;

const LOOK_MS = 500;
/** In a row, without an answer to what was sent: three seconds, more than any command may take. */
const MAX_SILENT_LOOKS = 6;

interface ServerOptions {
  readonly host: string;
  readonly port: number;
  readonly disconnectTimeout: number;
  readonly tls?: ConnectionOptions | undefined;
}

/**
 * Opens the sockets to one server, in place of ioredis, which cannot be told to listen for more than one error of a
 * socket. An encrypted one that is closed during its handshake has two, for the certificate and for the server's answer,
 * and the second ended the process.
 */
export class ServerConnector extends AbstractConnector {
  readonly #options: ServerOptions;

  constructor(options: unknown) {
    // What it is given are the checked options of the client that it belongs to.
    const server = options as ServerOptions;
    super(server.disconnectTimeout);
    this.#options = server;
  }

  override async connect(): Promise<Stream> {
    const { host, port, tls } = this.#options;
    this.connecting = true;
    this.stream = tls ? connectTls({ host, port, ...tls }) : connectTcp({ host, port });
    this.stream.on('error', (error) => (this.firstError ??= error));
    endWhenUnanswered(this.stream);
    return this.stream;
  }
}

/** The same for the sockets to the master that Sentinels name. */
export class MasterConnector extends SentinelConnector {
  constructor(options: unknown) {
    super(options as SentinelConnectionOptions);
  }

  override async connect(...args: Parameters<SentinelConnector['connect']>): Promise<Stream> {
    const stream = await super.connect(...args);
    stream.on('error', (error) => (this.firstError ??= error));
    endWhenUnanswered(stream);
    return stream;
  }
}

/**
 * Ends a connection whose other end does not answer. The system does not: while it takes what is sent it is there, and who
 * vanished is tried again for a quarter of an hour, since keep-alive is for connections on which nothing is on its way.
 * Looks are counted, and not time, which goes on while this process is stopped.
 */
function endWhenUnanswered(stream: Stream): void {
  let [answered, silentLooks] = [0, 0];
  stream.on('data', () => {
    answered = stream.bytesWritten;
    silentLooks = 0;
  });
  const timer = setInterval(() => {
    if (stream.bytesWritten === answered) return;
    silentLooks += 1;
    if (silentLooks < MAX_SILENT_LOOKS) return;
    stream.destroy(Object.assign(new Error('Redis does not answer'), { code: 'ETIMEDOUT' }));
  }, LOOK_MS).unref();
  stream.on('close', () => clearInterval(timer));
}
