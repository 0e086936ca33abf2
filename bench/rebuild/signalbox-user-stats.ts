import { v7 } from 'uuid';
import type { PostgresDatabaseConfig } from '../../src/config/config.ts';
import { sqlOf } from '../../src/database/sql.ts';
import { transact } from '../../src/database/transact.ts';
import { findJob, JOBS_SIGNAL, jobSignal } from '../../src/event-bus/background-job.ts';
import { projectionHandler } from '../../src/event-bus/projection-handler.ts';
import { requestRebuild } from '../../src/event-bus/projection-registry.ts';
import { Signals } from '../../src/event-bus/signals.ts';
import { userStatsProjection } from '../../src/modules/statistics/user-stats.projection.ts';
import { openDatabase } from '../../src/database/database.ts';
import { generateLog } from '../../test/support/generated-log.ts';
import { startWorkingNode, type WorkingNode } from '../measure/working-node.ts';
import { pino } from 'pino';

const YEAR_MS = 365 * 86_400_000;
/** One statement of those that fill the log. */
const FILLING_MS = 3_600_000;

export interface StatsRow {
  readonly month: string;
  readonly total: number;
  readonly active: number;
}

/** A rebuild as `rebuildProjection` asks for one, by the jobs of a node whose live projection stands at the end of the log. */
export class SignalboxUserStats implements AsyncDisposable {
  readonly #node: WorkingNode;

  private constructor(node: WorkingNode) {
    this.#node = node;
  }

  static async open(config: PostgresDatabaseConfig, events: number): Promise<SignalboxUserStats> {
    {
      await using database = await openDatabase(
        { ...config, statementTimeoutMs: FILLING_MS },
        {
          entities: [],
          subscribers: [],
          logger: pino({ level: 'warn' }),
        },
      );
      await generateLog(database.sql, { events, from: new Date(Date.now() - YEAR_MS) });
    }
    const handlers = [projectionHandler(userStatsProjection, new Signals(() => undefined))];
    const node = await startWorkingNode(config, { handlers, projections: [userStatsProjection] });
    const opened = new SignalboxUserStats(node);
    // A projection that is new to an old log is first made by a rebuild.
    const [first] = await node.database.sql<{ id: string }>(`select id from background_job where kind = 'REBUILD'`);
    if (!first) throw new Error('No rebuild has begun.');
    await opened.#untilEnded(first.id);
    return opened;
  }

  async rebuild(): Promise<void> {
    const id = v7();
    await transact(this.#node.database, (em) =>
      requestRebuild(sqlOf(em), userStatsProjection, { id, requestedBy: v7(), reason: null }),
    );
    this.#node.bus.signals.raise(JOBS_SIGNAL);
    await this.#untilEnded(id);
  }

  async rows(): Promise<StatsRow[]> {
    return this.#node.database.sql<StatsRow>(
      `select s.month::date::text as month, s.total::int as total, s.active::int as active from user_stats s
       join projection p on p.name = 'user_stats' and p.generation = s.generation order by s.month`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#node[Symbol.asyncDispose]();
  }

  async #untilEnded(id: string): Promise<void> {
    const { database, bus } = this.#node;
    using listener = bus.signals.listen(jobSignal(id));
    for (;;) {
      const job = await findJob(database.sql, id);
      if (job?.status === 'COMPLETED') return;
      if (job?.status === 'FAILED') throw new Error('The rebuild failed.');
      await listener.wait(1_000, new AbortController().signal);
    }
  }
}
