const CLOSE = 8;
const PING = 9;
const TEXT = 1;
/** Where `{"id":"<a UUID>","type":"next"` has its x; nothing else that a server sends has one there. */
const MARK_AT = 55;
const MARK = 'x'.charCodeAt(0);

interface FrameHandlers {
  /** A message with the next result of an operation. */
  next(payload: Buffer): void;
  /** Any other text. */
  other(payload: Buffer): void;
  ping(payload: Buffer): void;
  close(payload: Buffer): void;
}

/** Takes a server's WebSocket frames apart, as cheaply as it can be done. A chunk's bytes are only valid during the call. */
export class FrameReader {
  readonly #handlers: FrameHandlers;
  #rest: Buffer | null = null;

  constructor(handlers: FrameHandlers) {
    this.#handlers = handlers;
  }

  read(chunk: Buffer): void {
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    let at = 0;
    for (let end = this.#endOfFrame(bytes, at); end !== -1; end = this.#endOfFrame(bytes, at)) {
      this.#take((bytes[at] ?? 0) & 0x0f, bytes.subarray(at + headerLength(bytes, at), end));
      at = end;
    }
    // A copy: the buffer is used again.
    this.#rest = at === bytes.length ? null : Buffer.from(bytes.subarray(at));
  }

  /** -1 when the frame is not there as a whole. */
  #endOfFrame(bytes: Buffer, at: number): number {
    if (bytes.length - at < 2) return -1;
    const header = headerLength(bytes, at);
    if (bytes.length - at < header) return -1;
    const end = at + header + payloadLength(bytes, at);
    return end > bytes.length ? -1 : end;
  }

  #take(opcode: number, payload: Buffer): void {
    if (opcode === PING) this.#handlers.ping(payload);
    else if (opcode === CLOSE) this.#handlers.close(payload);
    else if (opcode === TEXT && payload[MARK_AT] === MARK) this.#handlers.next(payload);
    else if (opcode === TEXT) this.#handlers.other(payload);
  }
}

function headerLength(bytes: Buffer, at: number): number {
  const length = bytes[at + 1];
  if (length === 127) return 10;
  return length === 126 ? 4 : 2;
}

function payloadLength(bytes: Buffer, at: number): number {
  const length = bytes[at + 1] ?? 0;
  if (length === 126) return bytes.readUInt16BE(at + 2);
  return length === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : length;
}

/** A whole frame from a client; masked with zeros, so that the payload stands there as it is. */
export function clientFrame(opcode: 'text' | 'pong', payload: Buffer): Buffer {
  const short = payload.length < 126;
  const head = Buffer.alloc(short ? 6 : 8);
  head[0] = 0x80 | (opcode === 'text' ? 1 : 10);
  head[1] = 0x80 | (short ? payload.length : 126);
  if (!short) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}
