import type { Logger } from 'pino';
import { leaveTransactionScope } from '../../database/open-transaction.ts';
import type { Sql } from '../../database/sql.ts';
import type { Signals } from '../../event-bus/signals.ts';
import type { LiveConnection, LiveConnections } from '../../graphql/live-connections.ts';

export interface CountedConnection extends LiveConnection {
  /** The node that serves it. */
  readonly node: string;
}

export interface Census {
  readonly connections: readonly CountedConnection[];
  /** Nodes that were there a minute ago and have not answered: stopped without a goodbye, or too busy. */
  readonly silentNodes: readonly string[];
}

interface CensusOptions {
  readonly node: string;
  readonly sql: Sql;
  readonly signals: Signals;
  /** Null at a node that serves no clients: it only asks. */
  readonly connections: LiveConnections | null;
  readonly logger: Logger;
}

interface AskedNode {
  readonly node: string;
  readonly asked: string;
  readonly is_alive: boolean;
}

interface AnsweredNode {
  readonly node: string;
  readonly connections: readonly LiveConnection[];
}

const ASKED = 'connections-asked';
const ANSWERED = 'connections-answered';
/** Between two looks when no signal comes. */
const LOOK_MS = 2_000;
const PATIENCE_MS = 3 * LOOK_MS;

/**
 * Asks every node which connections it has. A node has a row: who asks raises the number in it, and the node answers in the
 * row. Signals make that quick; without them a node looks every two seconds. An answer is kept for a minute, that of a node
 * which died in the meantime too: it holds addresses of people.
 */
export class ConnectionCensus implements AsyncDisposable {
  readonly #options: CensusOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;

  constructor(options: CensusOptions) {
    this.#options = options;
  }

  start(): void {
    const { connections } = this.#options;
    if (connections) this.#running ??= leaveTransactionScope(() => this.#run(connections));
  }

  /** The connections of all nodes. Waits for those that seem to live, at most some seconds. */
  async take(): Promise<Census> {
    const { sql, signals } = this.#options;
    using listener = signals.listen(ANSWERED);
    const asked = await sql<AskedNode>(
      `update live_node set asked = asked + 1 where seen_at > clock_timestamp() - interval '1 minute'
       returning node, asked::text, seen_at > clock_timestamp() - make_interval(secs => $1) as is_alive`,
      [PATIENCE_MS / 1000],
    );
    signals.raise(ASKED);
    const giveUpAt = performance.now() + PATIENCE_MS;
    const alive = asked.filter(({ is_alive }) => is_alive);
    for (;;) {
      const answers = await this.#answersTo(asked);
      const nodes = new Set(answers.map(({ node }) => node));
      const leftMs = giveUpAt - performance.now();
      if (leftMs <= 0 || alive.every(({ node }) => nodes.has(node))) {
        return {
          connections: answers.flatMap(({ node, connections }) => connections.map((each) => ({ ...each, node }))),
          silentNodes: asked.map(({ node }) => node).filter((node) => !nodes.has(node)),
        };
      }
      await listener.wait(Math.min(leftMs, LOOK_MS / 4), this.#stop.signal);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #answersTo(asked: readonly AskedNode[]): Promise<AnsweredNode[]> {
    return this.#options.sql<AnsweredNode>(
      `select n.node, n.connections from live_node n
       join unnest($1::uuid[], $2::bigint[]) as q (node, asked) on q.node = n.node and n.answered >= q.asked`,
      [asked.map(({ node }) => node), asked.map((question) => question.asked)],
    );
  }

  async #run(connections: LiveConnections): Promise<void> {
    const { sql, node, signals, logger } = this.#options;
    using listener = signals.listen(ASKED);
    let isFailing = false;
    while (!this.#stop.signal.aborted) {
      try {
        await this.#answer(connections);
        isFailing = false;
      } catch (error) {
        if (!isFailing) logger.warn({ err: error }, 'The list of connections cannot be kept; retrying');
        isFailing = true;
      }
      await listener.wait(LOOK_MS, this.#stop.signal);
    }
    try {
      await sql('delete from live_node where node = $1', [node]);
    } catch (error) {
      // The database may be gone before us. Another node removes the row.
      logger.debug({ err: error }, 'This node could not take itself off the list');
    }
  }

  /** Says that the node lives, and what it has if somebody asked since it last did. */
  async #answer(connections: LiveConnections): Promise<void> {
    const { sql, node, signals } = this.#options;
    const [row] = await sql<{ asked: string; is_asked: boolean }>(
      `with gone as (
         delete from live_node where seen_at < clock_timestamp() - interval '1 minute' and node <> $1::uuid
       )
       insert into live_node (node, seen_at) values ($1::uuid, clock_timestamp())
       on conflict (node) do update set seen_at = excluded.seen_at,
         connections = case when live_node.answered_at < clock_timestamp() - interval '1 minute' then '[]' else live_node.connections end
       returning asked::text, asked > answered as is_asked`,
      [node],
    );
    if (!row?.is_asked) return;
    await sql(
      'update live_node set answered = $2, answered_at = clock_timestamp(), connections = $3::jsonb where node = $1',
      [node, row.asked, JSON.stringify(connections.list())],
    );
    signals.raise(ANSWERED);
  }
}

declare module '../../graphql/context.ts' {
  interface ModuleServices {
    readonly connectionCensus: ConnectionCensus;
  }
}
