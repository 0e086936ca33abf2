import type { SqlEntityManager } from '@mikro-orm/sql';
import { pino } from 'pino';
import { v7 } from 'uuid';
import type { PostgresDatabaseConfig } from '../../src/config/config.ts';
import { openDatabase } from '../../src/database/database.ts';
import { transact } from '../../src/database/transact.ts';
import { projectionSignal } from '../../src/event-bus/define-projection.ts';
import { registerHandlers } from '../../src/event-bus/register-handlers.ts';
import { projectionHandler } from '../../src/event-bus/projection-handler.ts';
import { Signals } from '../../src/event-bus/signals.ts';
import type { RecordedEvent } from '../../src/event-store/domain-event.ts';
import { runInEventContext } from '../../src/event-store/event-context.ts';
import { userStatsProjection } from '../../src/modules/statistics/user-stats.projection.ts';
import { User } from '../../src/modules/users/user.entity.ts';
import { type GeneratedValues, generateLog } from '../../test/support/generated-log.ts';
import { personNumber } from '../append/person.ts';
import type { Contender } from '../measure/contender.ts';
import { startWorkingNode, type WorkingNode } from '../measure/working-node.ts';

const YEAR_MS = 365 * 86_400_000;
/** One statement of those that fill the log. */
const FILLING_MS = 3_600_000;
const PAGE = 50;
/** Events the handler is given at a time: of users made in one transaction. */
const USERS_AT_ONCE = 100;
const METADATA = {
  correlationId: v7(),
  userId: null,
  causationId: null,
  ipAddress: '127.0.0.1',
  userAgent: 'bench',
};

/** A log of some size, with a node whose projection `user_stats` stands at its end. */
export class GrownLog implements AsyncDisposable {
  readonly #node: WorkingNode;
  readonly #values: GeneratedValues;
  readonly #roleId: string;

  private constructor(node: WorkingNode, values: GeneratedValues, roleId: string) {
    this.#node = node;
    this.#values = values;
    this.#roleId = roleId;
  }

  static async open(config: PostgresDatabaseConfig, events: number): Promise<GrownLog> {
    const logger = pino({ level: 'warn' });
    const roleId = v7();
    const handler = projectionHandler(userStatsProjection, new Signals(() => undefined));
    const values = await (async () => {
      await using database = await openDatabase(
        { ...config, statementTimeoutMs: FILLING_MS },
        { entities: [], subscribers: [], logger },
      );
      await database.sql(
        `insert into role (id, version, created_at, updated_at, name, description, permissions, built_in)
         values ($1, 1, now(), now(), 'bench', '', '{}', false)`,
        [roleId],
      );
      const generated = await generateLog(database.sql, { events, from: new Date(Date.now() - YEAR_MS) });
      // How long the projection takes to get here is another measurement.
      await registerHandlers(database, [{ ...handler, startAt: 'now' }], logger);
      await database.sql(`insert into projection (name, version, generation, last_generation) values ($1, $2, 1, 1)`, [
        userStatsProjection.name,
        userStatsProjection.version,
      ]);
      await database.sql('vacuum analyze');
      return generated;
    })();
    const node = await startWorkingNode(config, { handlers: [handler], projections: [userStatsProjection] });
    return new GrownLog(node, values, roleId);
  }

  contenders(name: string): Contender[] {
    const { bus } = this.#node;
    const { log } = bus;
    const { type, aggregateId, correlationId, userId } = this.#values;
    const page = (group: string, filter: object): Contender => ({
      name,
      group: `A page of history: ${group}`,
      run: async () => void (await log.read({ filter, direction: 'DESC', limit: PAGE })),
    });
    return [
      { name, group: 'An append: a user, with relay and handler running', run: async () => void (await this.#make(1)) },
      page('the newest', {}),
      page('of one type', { types: [type] }),
      page('of one aggregate', { aggregateType: 'User', aggregateId }),
      page('of one correlation', { correlationId }),
      page('of one actor', { userId }),
      { name, group: `A handler: ${2 * USERS_AT_ONCE} events, from their commit on`, run: () => this.#handle() },
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#node[Symbol.asyncDispose]();
  }

  /** Until the projection holds what was just committed. */
  async #handle(): Promise<void> {
    const { database, bus } = this.#node;
    using listener = bus.signals.listen(projectionSignal(userStatsProjection.name));
    const last = await this.#make(USERS_AT_ONCE);
    for (;;) {
      const [row] = await database.sql<{ done: boolean }>(
        `select l.position >= p.position as done from handler_lane l, event_position p where l.handler = $1 and p.event_id = $2`,
        [userStatsProjection.name, last],
      );
      if (row?.done) return;
      await listener.wait(10, new AbortController().signal);
    }
  }

  /** Returns the id of the last event. */
  async #make(users: number): Promise<string> {
    const recorded: RecordedEvent[] = [];
    await runInEventContext({ commandId: v7(), metadata: METADATA, recorded }, () =>
      transact(this.#node.database, async (em: SqlEntityManager) => {
        const now = new Date();
        for (let count = 0; count < users; count++)
          em.persist(User.register({ ...personNumber(v7(), this.#roleId), passwordHash: null }, 'admin', now));
      }),
    );
    return recorded.at(-1)?.id ?? '';
  }
}
