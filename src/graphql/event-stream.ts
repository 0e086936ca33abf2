import type { ServerResponse } from 'node:http';

/** Writes a stream of bytes to a client no faster than the client reads, and ends it early on `close()`. */
export class EventStream {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #response: ServerResponse;
  #closed = false;

  constructor(body: ReadableStream<Uint8Array>, response: ServerResponse) {
    this.#reader = body.getReader();
    this.#response = response;
  }

  /** Settles when the stream is over, on whichever side it ended. */
  async pump(): Promise<void> {
    this.#response.once('close', () => this.close());
    this.#response.flushHeaders();
    while (!this.#closed) {
      const { done, value } = await this.#reader.read();
      if (done || this.#closed) break;
      if (!this.#response.write(value)) await drained(this.#response);
    }
    this.close();
  }

  /** Ends the answer without the `complete` event, so that a client knows to come back for the rest. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#response.end();
    this.#reader.cancel().catch(() => undefined);
  }
}

async function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed) return;
  await new Promise<void>((resolve) => {
    const settle = (): void => {
      response.off('drain', settle);
      response.off('close', settle);
      resolve();
    };
    response.once('drain', settle);
    response.once('close', settle);
  });
}
