import type { EventBatch } from '../event-bus/event-sink.ts';
import { resultsOf } from './event-feed.ts';

const BEFORE_ID = '{"id":';
const AFTER_ID = ',"type":"next","payload":';
const AFTER_PAYLOAD = '}';
const FIN_TEXT = 0x81;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** The frames of a batch with the places where the operation's id belongs. */
interface Template {
  readonly bytes: Buffer;
  readonly idOffsets: readonly number[];
}

const templates = new WeakMap<EventBatch, Map<number, Template>>();

/**
 * The `next` messages of a batch as WebSocket frames, one after the other, ready to be written in one go. Streams that
 * get the same batch differ by the operation's id alone, so all else is made once for each length of id.
 *
 * @param id the operation's id as JSON text
 */
export function framesOf(batch: EventBatch, id: Buffer): Buffer {
  const { bytes, idOffsets } = templateFor(batch, id.length);
  const frames = Buffer.allocUnsafe(bytes.length);
  bytes.copy(frames);
  for (const offset of idOffsets) id.copy(frames, offset);
  return frames;
}

function templateFor(batch: EventBatch, idLength: number): Template {
  const known = templates.get(batch) ?? new Map<number, Template>();
  templates.set(batch, known);
  const template = known.get(idLength) ?? makeTemplate(batch, idLength);
  known.set(idLength, template);
  return template;
}

function makeTemplate(batch: EventBatch, idLength: number): Template {
  const parts = resultsOf(batch).map(({ json }) => ({ json, length: lengthOfMessage(json, idLength) }));
  const bytes = Buffer.allocUnsafe(parts.reduce((sum, { length }) => sum + headerLength(length) + length, 0));
  const idOffsets: number[] = [];
  let at = 0;
  for (const { json, length } of parts) {
    at = writeHeader(bytes, at, length);
    at += bytes.write(BEFORE_ID, at, 'latin1');
    idOffsets.push(at);
    at += idLength;
    at += bytes.write(AFTER_ID, at, 'latin1');
    at += bytes.write(json, at);
    at += bytes.write(AFTER_PAYLOAD, at, 'latin1');
  }
  return { bytes, idOffsets };
}

function lengthOfMessage(json: string, idLength: number): number {
  return BEFORE_ID.length + idLength + AFTER_ID.length + Buffer.byteLength(json) + AFTER_PAYLOAD.length;
}

function headerLength(length: number): number {
  if (length < LENGTH_16) return 2;
  return length < 2 ** 16 ? 4 : 10;
}

/** Of a whole text message from a server: final, unmasked (RFC 6455, section 5.2). Returns where the payload begins. */
function writeHeader(bytes: Buffer, at: number, length: number): number {
  bytes[at] = FIN_TEXT;
  if (length < LENGTH_16) {
    bytes[at + 1] = length;
    return at + 2;
  }
  if (length < 2 ** 16) {
    bytes[at + 1] = LENGTH_16;
    return bytes.writeUInt16BE(length, at + 2);
  }
  bytes[at + 1] = LENGTH_64;
  return bytes.writeBigUInt64BE(BigInt(length), at + 2);
}
