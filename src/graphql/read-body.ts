import type { IncomingMessage } from 'node:http';
import { HttpRefusal } from './http-answer.ts';

/**
 * How much of a refused body is read and thrown away, so that a client that writes all before it reads still sees the
 * answer. Who sends more is cut off; the server's request time-out bounds the time.
 */
const DISCARDED_BYTES = 8 * 1024 * 1024;

/** The whole body as text. Throws HttpRefusal: 413 as soon as it is longer than `limit` bytes, 400 if it is not UTF-8. */
export async function readBody(request: IncomingMessage, limit: number): Promise<string> {
  const tooLarge = new HttpRefusal(413, `The request body is larger than ${limit} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > limit) {
    discard(request);
    throw tooLarge;
  }
  const bytes = await new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      length += chunk.length;
      if (length <= limit) return;
      request.off('data', onData);
      discard(request);
      reject(tooLarge);
    };
    request.on('data', onData);
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('close', () => reject(new HttpRefusal(400, 'The request ended before its body.')));
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw new HttpRefusal(400, 'The request body is not valid UTF-8.');
    throw error;
  }
}

function discard(request: IncomingMessage): void {
  let discarded = 0;
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > DISCARDED_BYTES) request.destroy();
  });
}
