import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { DurableServer } from '../measure/durable-server.ts';
import { Child } from './child.ts';
import type { Arrivals, LoadApi } from './load.ts';
import type { ServerApi, StartedServer, Subscription } from './scenario.ts';
import type { WriterApi, Writing, Written } from './writer.ts';

export interface Kind {
  readonly name: string;
  readonly server: string;
  readonly tells: 'by relay' | 'event' | 'result';
  readonly isBare: boolean;
}

export const SIGNALBOX: Kind = { name: 'Signalbox', server: 'signalbox-server.ts', tells: 'by relay', isBare: false };
export const BROADCAST: Kind = {
  name: 'bare ws broadcast',
  server: 'broadcast-server.ts',
  tells: 'result',
  isBare: true,
};
export const PLAIN_YOGA: Kind = {
  name: 'plain yoga + graphql-ws + redis',
  server: 'plain-yoga-server.ts',
  tells: 'event',
  isBare: false,
};

interface Servers {
  readonly postgres: DurableServer;
  readonly redisUrl: string;
}

const here = (file: string): string => join(import.meta.dirname, file);
const POLL_MS = 20;
const PATIENCE_MS = 10_000;

/** One way to get events to subscribers: a server, who writes, and who listens, each in a process of its own. */
export class Contender implements AsyncDisposable {
  readonly kind: Kind;
  readonly server: Child<ServerApi>;
  readonly load: Child<LoadApi>;
  readonly writer: Child<WriterApi>;
  readonly #started: StartedServer;
  readonly #owned: AsyncDisposableStack;

  private constructor(
    kind: Kind,
    started: StartedServer,
    { server, load, writer }: Pick<Contender, 'server' | 'load' | 'writer'>,
    owned: AsyncDisposableStack,
  ) {
    this.kind = kind;
    this.server = server;
    this.load = load;
    this.writer = writer;
    this.#started = started;
    this.#owned = owned;
  }

  /** With a database of its own; `databaseUrl` is one that is there already. */
  static async start(kind: Kind, { postgres, redisUrl }: Servers, databaseUrl?: string): Promise<Contender> {
    await using owned = new AsyncDisposableStack();
    const url = databaseUrl ?? (await postgres.createMigratedDatabase(`bench_${randomUUID().slice(0, 8)}`));
    const profile = process.env['BENCH_PROFILE'];
    const flags = profile === kind.name ? ['--cpu-prof', '--cpu-prof-dir=.profiles'] : [];
    const server = owned.use(new Child<ServerApi>(here(kind.server), flags));
    const load = owned.use(new Child<LoadApi>(here('load.ts')));
    const writer = owned.use(new Child<WriterApi>(here('writer.ts')));
    const place = { databaseUrl: url, redisUrl, channel: `bench-${randomUUID()}` };
    const started = await server.ask('start', place);
    await writer.ask('start', { ...place, tells: kind.tells });
    return new Contender(kind, started, { server, load, writer }, owned.move());
  }

  /** Resolves when all are sent what comes. */
  async subscribe(
    subscriptions: readonly (Subscription | null)[],
    { isStalled = false, waits = true }: { readonly isStalled?: boolean; readonly waits?: boolean } = {},
  ): Promise<void> {
    const before = await this.server.ask('live');
    await this.load.ask('open', { ...this.#started, subscriptions, isBare: this.kind.isBare, isStalled });
    const expected = before + subscriptions.filter((subscription) => subscription !== null).length;
    if (waits) await this.untilLive(expected);
  }

  async untilLive(expected: number): Promise<void> {
    for (let waited = 0; (await this.server.ask('live')) !== expected; waited += POLL_MS) {
      if (waited > PATIENCE_MS) throw new Error(`${await this.server.ask('live')} of ${expected} live.`);
      await pause(POLL_MS);
    }
  }

  async unsubscribe(): Promise<void> {
    await this.load.ask('closeAll');
    await this.untilLive(0);
  }

  /** Writes, waits for `deliveries`, and tells what the server took for it. */
  async measure(writing: Writing, deliveries: number): Promise<Measured> {
    await this.load.ask('begin');
    const before = await this.server.ask('usage', { collect: false });
    const writes = this.writer.ask('write', writing);
    const [written, arrivals] = await Promise.all([
      writes,
      writes.then(() => this.load.ask('until', { deliveries, patienceMs: PATIENCE_MS })),
    ]);
    const after = await this.server.ask('usage', { collect: false });
    if (arrivals.deliveries !== deliveries) {
      const others = arrivals.others.join('\n');
      throw new Error(`${this.kind.name}: ${arrivals.deliveries} of ${deliveries} deliveries came. ${others}`);
    }
    const seconds = (arrivals.lastAt - (written.committedAt[0] ?? 0)) / 1000;
    return {
      deliveries,
      cpuUs: (after.cpuUs - before.cpuUs) / deliveries,
      perSecond: deliveries / seconds,
      latencies: latenciesOf(written, arrivals),
      rssBytes: after.rssBytes,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}

export interface Measured {
  readonly deliveries: number;
  /** Of the server's processor time, per delivery. */
  readonly cpuUs: number;
  readonly perSecond: number;
  /** Milliseconds from the commit until a sampled subscriber had the event. */
  readonly latencies: readonly number[];
  readonly rssBytes: number;
}

function latenciesOf({ committedAt, first }: Written, { numbers, times }: Arrivals): number[] {
  return numbers.map((number, index) => (times[index] ?? Number.NaN) - (committedAt[number - first] ?? Number.NaN));
}
