import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { afterAll, afterEach } from 'vitest';
import { look, type Place, takeSightings } from './canaries.ts';

/** Longer than what stands in front of a token in an answer, and than any canary but an access token. */
const CARRIED = 2_000;
/** What HTTP writes between the pieces of an answer. */
const BETWEEN_PIECES = /\r\n[0-9a-f]{1,8}\r\n/g;
/** A token that may have lost the field in front of it where the text was cut. */
const WITHOUT_FIELD = /^.{0,32}?(?:eyJ|sb_rt_)[\w.-]*/s;
const INSTALLED = Symbol.for('signalbox canary watch');

/**
 * Looks at every byte that any HTTP, event stream or WebSocket client of the tests receives, whichever it is: where it
 * comes out of the socket. Others (PostgreSQL, mail) begin otherwise than HTTP and are left alone.
 */
function watchWhatComes(socket: Socket): void {
  const receive = socket.push.bind(socket);
  let place: Place | null = null;
  let carried = '';
  socket.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
    if (chunk instanceof Uint8Array) {
      const text = textOf(chunk);
      if (place === null && !text.startsWith('HTTP/1.')) {
        // Not for us: from here on it is as if nobody had looked.
        delete (socket as Partial<Socket>).push;
        return receive(chunk, encoding);
      }
      place ??= text.startsWith('HTTP/1.1 101 ') ? 'frame' : 'answer';
      // What stands in two pieces is seen when the second comes; an answer begins anew.
      const seen = text.startsWith('HTTP/1.') ? text : (carried + text).replace(BETWEEN_PIECES, '');
      const wasSeen = look(place, seen, `received from port ${socket.remotePort}`);
      carried = wasSeen ? '' : seen.slice(-CARRIED).replace(WITHOUT_FIELD, '');
    }
    return receive(chunk, encoding);
  };
}

/** The same for what nodes in this process send to any Redis; for other processes see `lookAtRedis`. */
function watchWhatGoesToRedis(socket: Socket): void {
  const send = socket.write.bind(socket) as (...given: unknown[]) => boolean;
  let isRedis: boolean | null = null;
  const watched = (...given: unknown[]): boolean => {
    const [chunk] = given;
    const text = typeof chunk === 'string' ? chunk : textOf(chunk as Uint8Array);
    isRedis ??= text.startsWith('*');
    if (isRedis) look('redis', text, `sent to the Redis at port ${socket.remotePort}`);
    else delete (socket as Partial<Socket>).write;
    return send(...given);
  };
  socket.write = watched;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

const installed = globalThis as { [INSTALLED]?: true };
if (!installed[INSTALLED]) {
  installed[INSTALLED] = true;
  subscribe('net.client.socket', (message) => {
    const { socket } = message as { readonly socket: Socket };
    watchWhatComes(socket);
    // Connecting gives it the `write` of its class; nobody sends anything to Redis before that.
    socket.once('connect', () => watchWhatGoesToRedis(socket));
  });
}

function failIfSeen(): void {
  const sightings = takeSightings();
  if (sightings.length > 0) throw new Error(`What is private was seen.\n${sightings.join('\n\n')}`);
}

afterEach(failIfSeen);
afterAll(failIfSeen);
