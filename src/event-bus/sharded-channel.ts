import type { Cluster } from 'ioredis';

/** The event with which a client gets the messages of sharded channels. */
export const SHARDED_MESSAGE = 'smessage';

/**
 * The cluster, for who publishes in the ordinary way and shall use sharded channels: an ordinary message goes to every
 * node of the cluster, a sharded one only to that which has the slot of the channel's name.
 */
export function overShardedChannels(cluster: Cluster): Cluster {
  return new Proxy(cluster, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name === 'publish' ? 'spublish' : name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
