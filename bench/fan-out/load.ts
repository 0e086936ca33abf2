import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { answerParent, machineTime } from './child.ts';
import { clientFrame, FrameReader } from './frame-reader.ts';
import { NUMBER_MARK, type Subscription } from './scenario.ts';

export interface Opening {
  readonly port: number;
  readonly token: string | null;
  /** One socket each; null only connects. */
  readonly subscriptions: readonly (Subscription | null)[];
  /** Do not speak the protocol: whoever is connected is sent everything. */
  readonly isBare: boolean;
  /** Takes nothing that it is sent after having subscribed. */
  readonly isStalled: boolean;
}

export interface Arrivals {
  readonly deliveries: number;
  /** When the last of what was expected came. */
  readonly lastAt: number;
  /** The numbers of events that sampled sockets got, and when. */
  readonly numbers: readonly number[];
  readonly times: readonly number[];
  /** Texts that were no results, at most a few: refusals would be among them. */
  readonly others: readonly string[];
}

export type LoadApi = {
  open(opening: Opening): Promise<void>;
  /** Starts to count. */
  begin(argument?: undefined): void;
  /** Resolves when so many deliveries have come, or when none has for `patienceMs`. */
  until(expected: { readonly deliveries: number; readonly patienceMs: number }): Promise<Arrivals>;
  closeAll(argument?: undefined): Promise<void>;
};

const AT_ONCE = 100;
/** Of so many sockets one is looked at closely. */
const SAMPLE_EVERY = 25;
const CHECK_MS = 5;
const MARK = Buffer.from(NUMBER_MARK);
const sockets: Socket[] = [];
/** All sockets read into one buffer, one after the other. */
const shared = Buffer.allocUnsafe(256 * 1024);

let deliveries = 0;
let lastAt = 0;
let numbers: number[] = [];
let times: number[] = [];
let others: string[] = [];

answerParent({
  async open({ subscriptions, ...opening }) {
    for (let index = 0; index < subscriptions.length; index += AT_ONCE) {
      const some = subscriptions.slice(index, index + AT_ONCE);
      await Promise.all(some.map((subscription) => openSocket(subscription, opening)));
    }
  },
  begin() {
    deliveries = 0;
    numbers = [];
    times = [];
    others = [];
    lastAt = machineTime();
  },
  async until({ deliveries: expected, patienceMs }) {
    while (deliveries < expected && machineTime() - lastAt < patienceMs)
      await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
    return { deliveries, lastAt, numbers, times, others };
  },
  async closeAll() {
    const closed = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of sockets.splice(0)) socket.destroy();
    await Promise.all(closed);
  },
} satisfies LoadApi);

async function openSocket(
  subscription: Subscription | null,
  { port, token, isBare, isStalled }: Omit<Opening, 'subscriptions'>,
): Promise<void> {
  const opened = Promise.withResolvers<void>();
  const isSampled = sockets.length % SAMPLE_EVERY === 0;
  let isUpgraded = false;
  const send = (message: object): void => void socket.write(clientFrame('text', Buffer.from(JSON.stringify(message))));
  const reader = new FrameReader({
    next: (payload) => {
      deliveries++;
      lastAt = machineTime();
      if (isSampled) sample(payload);
    },
    other: (payload) => {
      const text = payload.toString();
      if (text.includes('connection_ack')) {
        if (subscription) send({ id: randomUUID(), type: 'subscribe', payload: subscription });
        if (isStalled) socket.pause();
        opened.resolve();
      } else if (!text.includes('"ping"') && others.length < 10) others.push(text);
    },
    ping: (payload) => void socket.write(clientFrame('pong', payload)),
    close: (payload) => opened.reject(new Error(`Closed: ${payload.toString('latin1', 2)}`)),
  });
  const upgraded = (): void => {
    isUpgraded = true;
    if (isBare) opened.resolve();
    else send({ type: 'connection_init', payload: token === null ? {} : { authorization: `Bearer ${token}` } });
  };
  const socket = connect({
    port,
    host: '127.0.0.1',
    onread: {
      buffer: shared,
      callback(length, buffer) {
        let chunk = Buffer.from(buffer.buffer, buffer.byteOffset, length);
        if (!isUpgraded) {
          const end = chunk.indexOf('\r\n\r\n');
          if (end === -1 || !chunk.toString('latin1').startsWith('HTTP/1.1 101')) {
            opened.reject(new Error(`No WebSocket: ${chunk.toString('latin1').slice(0, 200)}`));
            return false;
          }
          chunk = chunk.subarray(end + 4);
          upgraded();
        }
        if (chunk.length > 0) reader.read(chunk);
        return true;
      },
    },
  });
  sockets.push(socket);
  socket.once('error', (error) => opened.reject(error));
  socket.once('close', () => opened.reject(new Error('The server closed the socket.')));
  socket.write(
    [
      `GET ${isBare ? bareUrl(subscription) : '/graphql'} HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      ...(isBare ? [] : ['Sec-WebSocket-Protocol: graphql-transport-ws']),
      '\r\n',
    ].join('\r\n'),
  );
  await opened.promise;
}

/** The bare server knows one filter, by what stands in the URL. */
function bareUrl(subscription: Subscription | null): string {
  const aggregateId = subscription?.aggregateId;
  return aggregateId === undefined ? '/' : `/?aggregateId=${aggregateId}`;
}

function sample(payload: Buffer): void {
  const at = payload.indexOf(MARK) + MARK.length;
  numbers.push(Number.parseInt(payload.toString('latin1', at, at + 12), 10));
  times.push(machineTime());
}
