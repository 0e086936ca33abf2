import { RedisPubSub } from 'graphql-redis-subscriptions';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { RedisConfig } from '../config/config.ts';
import type { Hint, HintBus, HintListener } from './hint-bus.ts';
import { openRedis } from './redis-connection.ts';

const hintSchema = z.strictObject({ head: z.int().min(0), node: z.uuid() });

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
  const pubsub = new RedisPubSub({ publisher, subscriber, deserializer: parse });
  let subscribed = false;
  let closing = false;

  function parse(source: string | Buffer): Hint | null {
    try {
      return hintSchema.parse(JSON.parse(source.toString()));
    } catch (error) {
      logger.warn({ channel, problem: error instanceof Error ? error.name : 'unknown' }, 'Ignored a malformed hint');
      return null;
    }
  }

  subscriber.on('ready', () => listener.onReconnect());
  pubsub
    .subscribe(channel, (hint: Hint | null) => {
      if (hint) listener.onHint(hint);
    })
    .then(
      () => {
        subscribed = true;
        listener.onReconnect();
      },
      (error: unknown) => {
        if (!closing) logger.error({ err: error, channel }, 'Could not subscribe to hints; polling instead');
      },
    );

  let next: Hint | null = null;
  let sending = false;
  const send = async (): Promise<void> => {
    sending = true;
    for (let hint = next; hint; hint = next) {
      next = null;
      try {
        await pubsub.publish(channel, hint);
      } catch (error) {
        // A lost hint delays other nodes until their next poll; the log has the events.
        logger.debug({ err: error, channel }, 'A hint was not sent');
      }
    }
    sending = false;
  };

  return {
    publish(hint) {
      next = hint;
      if (!sending) void send();
    },
    get healthy() {
      return subscribed && subscriber.status === 'ready';
    },
    async [Symbol.asyncDispose]() {
      closing = true;
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}
