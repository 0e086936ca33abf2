import { type SocketOptions, SocketTransport } from './socket-transport.ts';
import type { StreamRequest, StreamSink, StreamTransport } from './stream-transport.ts';

/** The server takes 20 on one socket; those that are just ending count for a moment yet. */
const STREAMS_PER_SOCKET = 16;

/** As many WebSockets as the streams need, each open while there are any on it. */
export class SocketPool implements StreamTransport {
  readonly #options: SocketOptions;
  readonly #sockets: SocketTransport[] = [];

  constructor(options: SocketOptions) {
    this.#options = options;
  }

  open(request: StreamRequest, sink: StreamSink): () => void {
    return (this.#sockets.find(({ streams }) => streams < STREAMS_PER_SOCKET) ?? this.#add()).open(request, sink);
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }

  #add(): SocketTransport {
    const socket = new SocketTransport(this.#options);
    this.#sockets.push(socket);
    return socket;
  }
}
