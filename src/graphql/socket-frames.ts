import type { EventBatch } from '../event-bus/event-sink.ts';
import { resultsOf } from './event-feed.ts';

const BEFORE_ID = '{"id":';
const AFTER_ID = ',"type":"next","payload":{';
const AFTER_PLACE = '}}';
const FIN_TEXT = 0x81;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** Bytes of ids that share one piece of memory. */
const SLAB_BYTES = 4096;
let slab = Buffer.alloc(0);
let slabUsed = 0;

/**
 * An operation's id as JSON text. Kept as long as the subscription is: among whatever passes through the process's common
 * pool each would hold on to 8 KB of it, so ids have a pool of their own.
 */
export function idBytes(id: string): Buffer {
  const json = JSON.stringify(id);
  const length = Buffer.byteLength(json);
  if (length > SLAB_BYTES / 8) return Buffer.from(json);
  if (slabUsed + length > slab.length) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    slabUsed = 0;
  }
  const bytes = slab.subarray(slabUsed, slabUsed + length);
  bytes.write(json);
  slabUsed += length;
  return bytes;
}

/**
 * The `next` messages of a batch as WebSocket frames, one after the other, to be written in one go. Streams that get the
 * same batch differ by the operation's id alone, so the bytes are made once for each length of id, and serve one socket
 * after the other: most take them at once, and only the id is put in anew.
 */
export class SharedFrames {
  #bytes: Buffer;
  readonly #idOffsets: readonly number[];
  #id: Buffer | null = null;
  #isHeld = false;

  constructor(bytes: Buffer, idOffsets: readonly number[]) {
    this.#bytes = bytes;
    this.#idOffsets = idOffsets;
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** With this id in its places. Valid until the next call, unless `hold` comes first. */
  with(id: Buffer): Buffer {
    if (this.#isHeld) {
      if (this.#id?.equals(id)) return this.#bytes;
      this.#bytes = Buffer.from(this.#bytes);
      this.#isHeld = false;
    }
    this.#id = id;
    for (const offset of this.#idOffsets) this.#bytes.set(id, offset);
    return this.#bytes;
  }

  /** Somebody keeps the bytes that `with` gave last: they will not change any more. */
  hold(): void {
    this.#isHeld = true;
  }

  /** Puts the frames with this id at a place in other bytes; returns where they end. */
  copyTo(target: Buffer, at: number, id: Buffer): number {
    this.#bytes.copy(target, at);
    for (const offset of this.#idOffsets) target.set(id, at + offset);
    return at + this.#bytes.length;
  }
}

/** @param idLength bytes of the operation's id as JSON text */
export function framesOf(batch: EventBatch, idLength: number): SharedFrames {
  return batch.once(framesByIdLength).of(idLength);
}

function framesByIdLength(batch: EventBatch): FramesByIdLength {
  return new FramesByIdLength(batch);
}

/** Clients of one kind choose ids of one length. */
class FramesByIdLength {
  readonly #batch: EventBatch;
  #last: { readonly idLength: number; readonly frames: SharedFrames } | null = null;
  #all: Map<number, SharedFrames> | null = null;

  constructor(batch: EventBatch) {
    this.#batch = batch;
  }

  of(idLength: number): SharedFrames {
    if (this.#last?.idLength === idLength) return this.#last.frames;
    const known = this.#all?.get(idLength);
    const frames = known ?? makeFrames(this.#batch, idLength);
    if (!known && this.#last) {
      this.#all ??= new Map([[this.#last.idLength, this.#last.frames]]);
      this.#all.set(idLength, frames);
    }
    this.#last = { idLength, frames };
    return frames;
  }
}

function makeFrames(batch: EventBatch, idLength: number): SharedFrames {
  const around = BEFORE_ID.length + idLength + AFTER_ID.length + 1 + AFTER_PLACE.length;
  const results = resultsOf(batch);
  const lengths = results.map(({ text, place }) => around + Buffer.byteLength(text) + place.length);
  const bytes = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + headerLength(length) + length, 0));
  const idOffsets: number[] = [];
  let at = 0;
  for (const [index, { text, place }] of results.entries()) {
    at = writeHeader(bytes, at, lengths[index] ?? 0);
    at += bytes.write(BEFORE_ID, at, 'latin1');
    idOffsets.push(at);
    at += idLength;
    at += bytes.write(AFTER_ID, at, 'latin1');
    at += bytes.write(text, at);
    at += bytes.write(`,${place}${AFTER_PLACE}`, at, 'latin1');
  }
  return new SharedFrames(bytes, idOffsets);
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
