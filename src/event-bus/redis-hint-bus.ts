import { RedisPubSub } from 'graphql-redis-subscriptions';
import { Cluster } from 'ioredis';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { RedisConfig } from '../config/config.ts';
import type { Hint, HintBus, HintListener, SignalHint } from './hint-bus.ts';
import { HintSubscription } from './hint-subscription.ts';
import { openRedis, type RedisClient } from './redis-connection.ts';
import { overShardedChannels, SHARDED_MESSAGE } from './sharded-channel.ts';

const hintSchema = z.union([
  z.strictObject({ head: z.int().min(0), node: z.uuid() }),
  z.strictObject({ signal: z.string().min(1).max(100), node: z.uuid() }),
]);

/** Names of signals that wait for their turn; what is dropped beyond it is found by the next look. */
const MAX_SIGNALS = 1_000;

interface RedisHintBusOptions {
  readonly redis: RedisConfig;
  /** Nodes of one deployment share it. */
  readonly channel: string;
  readonly listener: HintListener;
  readonly logger: Logger;
}

/**
 * Hints over Redis: one subscription per node, opened here and kept, never one per client.
 *
 * Does not wait for Redis: a node starts and serves without it. Messages come from outside, so they are parsed strictly
 * and only ever make the relay look at the log.
 */
export function openRedisHintBus({ redis, channel, listener, logger }: RedisHintBusOptions): HintBus {
  const publisher = openRedis(redis, 'commands', logger);
  const subscriber = openRedis(redis, 'subscriber', logger);
  const pubsub = new RedisPubSub({
    deserializer: parse,
    publisher: publisher instanceof Cluster ? overShardedChannels(publisher) : publisher,
    subscriber: withoutSubscribing(subscriber),
    ...(subscriber instanceof Cluster ? { messageEventName: SHARDED_MESSAGE } : {}),
  });

  function parse(source: string | Buffer): Hint | SignalHint | null {
    try {
      return hintSchema.parse(JSON.parse(source.toString()));
    } catch (error) {
      logger.warn({ channel, problem: error instanceof Error ? error.name : 'unknown' }, 'Ignored a malformed hint');
      return null;
    }
  }

  void pubsub.subscribe(channel, (hint: Hint | SignalHint | null) => {
    if (hint === null) return;
    if ('head' in hint) listener.onHint(hint);
    else listener.onSignal(hint);
  });
  const subscription = new HintSubscription({
    subscriber,
    channel,
    onListening: () => listener.onReconnect(),
    onCut: () => listener.onDisconnect(),
    logger,
  });

  let next: Hint | null = null;
  const signals = new Map<string, SignalHint>();
  let sending = false;
  let sentHead = false;
  /** Heads and signals in turn: neither keeps the other back. */
  const take = (): Hint | SignalHint | null => {
    const [signal] = signals.values();
    const head = signal && sentHead ? null : next;
    sentHead = head !== null;
    if (head) next = null;
    else if (signal) signals.delete(signal.signal);
    return head ?? signal ?? null;
  };
  /** What could not be sent waits for the next attempt; a newer head stands for an older one. */
  const keep = (hint: Hint | SignalHint): void => {
    if ('head' in hint) next ??= hint;
    else if (signals.size < MAX_SIGNALS) signals.set(hint.signal, hint);
  };
  const send = async (): Promise<void> => {
    sending = true;
    for (let hint = take(); hint; hint = take()) {
      try {
        await pubsub.publish(channel, hint);
      } catch (error) {
        // It delays other nodes until their next poll, or until Redis is back; the log has the events.
        logger.debug({ err: error, channel }, 'A hint was not sent');
        keep(hint);
        break;
      }
    }
    sending = false;
  };
  publisher.on('ready', () => {
    if (!sending) void send();
  });

  return {
    publish(hint) {
      next = hint;
      if (!sending) void send();
    },
    signal(hint) {
      if (signals.size < MAX_SIGNALS) signals.set(hint.signal, hint);
      if (!sending) void send();
    },
    get healthy() {
      return subscription.isListening;
    },
    async [Symbol.asyncDispose]() {
      subscription[Symbol.dispose]();
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}

/** For who registers a listener and shall leave to others that Redis is asked; refused, it would end the process. */
function withoutSubscribing(client: RedisClient): RedisClient {
  const subscribe = (_channel: string, done: (error: null) => void): void => done(null);
  return new Proxy(client, {
    get(target, name) {
      const value: unknown = name === 'subscribe' ? subscribe : Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
