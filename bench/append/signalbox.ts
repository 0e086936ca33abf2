import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { v7 } from 'uuid';
import { eventCatalogue, modules } from '../../src/catalogue.ts';
import type { PostgresDatabaseConfig } from '../../src/config/config.ts';
import { type Database, openDatabase } from '../../src/database/database.ts';
import { transact } from '../../src/database/transact.ts';
import { type EventBus, startEventBus } from '../../src/event-bus/event-bus.ts';
import { EventCatalogue } from '../../src/event-store/event-catalogue.ts';
import { runInEventContext } from '../../src/event-store/event-context.ts';
import { EventRecorder } from '../../src/event-store/event-recorder.ts';
import { User } from '../../src/modules/users/user.entity.ts';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Contender } from '../measure/contender.ts';
import { personNumber } from './person.ts';
import { masterKeyWrapper } from '../../src/event-store/key-wrapper.ts';
import { SubjectKeys } from '../../src/event-store/subject-keys.ts';

const ORIGIN = { correlationId: v7(), ipAddress: '127.0.0.1', userAgent: 'bench' };
const METADATA = { ...ORIGIN, userId: null, causationId: null };

/** The product's write path without HTTP, GraphQL and password hashing: entity, unit of work, recorder, append function. */
export class Signalbox implements AsyncDisposable {
  readonly #database: Database;
  readonly #bus: EventBus;
  readonly #roleId: string;
  readonly #resources: AsyncDisposableStack;
  #relayWoken = false;

  private constructor(database: Database, bus: EventBus, roleId: string, resources: AsyncDisposableStack) {
    this.#database = database;
    this.#bus = bus;
    this.#roleId = roleId;
    this.#resources = resources;
  }

  static async open(config: PostgresDatabaseConfig, roleId: string): Promise<Signalbox> {
    await using resources = new AsyncDisposableStack();
    const logger = pino({ level: 'warn' });
    const holder: { signalbox?: Signalbox } = {};
    const database = resources.use(
      await openDatabase(config, {
        entities: modules.flatMap((module) => module.entities),
        subscribers: [new EventRecorder(() => holder.signalbox?.wake())],
        logger,
      }),
    );
    const bus = resources.use(
      await startEventBus({
        database,
        catalogue: new EventCatalogue(eventCatalogue),
        keys: new SubjectKeys(masterKeyWrapper([randomBytes(32).toString('base64')])),
        redis: null,
        channel: 'bench',
        // The relay sleeps unless a contender wakes it: what numbering costs is a row of its own.
        stream: {
          pollMinMs: 3_600_000,
          pollMaxMs: 3_600_000,
          batchSize: 1_000,
          ringSize: 10_000,
          heartbeatSeconds: 15,
          lagSeconds: 60,
        },
        logger,
      }),
    );
    holder.signalbox = new Signalbox(database, bus, roleId, resources.move());
    return holder.signalbox;
  }

  wake(): void {
    if (this.#relayWoken) this.#bus.relay.wake();
  }

  creating(group: string): Contender[] {
    return this.#contenders(group, { command: () => this.#createByCommand(), bare: () => this.#createBare() });
  }

  changing(group: string, users: readonly (readonly string[])[]): Contender[] {
    const turns = users.map(() => 0);
    const next = (worker: number): [string, string] => {
      const own = users[worker] ?? [];
      const turn = turns[worker] ?? 0;
      turns[worker] = turn + 1;
      return [own[turn % own.length] ?? '', `First ${turn}`];
    };
    return this.#contenders(group, {
      command: (worker) => this.#changeByCommand(...next(worker)),
      bare: (worker) => this.#changeBare(...next(worker)),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }

  #contenders(group: string, work: Record<'command' | 'bare', Contender['run']>): Contender[] {
    const quiet = async (): Promise<void> => {
      this.#relayWoken = false;
    };
    return [
      { name: 'b signalbox command', group, prepare: quiet, run: work.command },
      { name: 'c signalbox command, relay running', group, prepare: () => this.#catchUp(), run: work.command },
      { name: 'd signalbox transact()', group, prepare: quiet, run: work.bare },
    ];
  }

  /** Numbers what the others left behind, so that the relay begins with nothing to do. */
  async #catchUp(): Promise<void> {
    this.#relayWoken = true;
    for (;;) {
      this.#bus.relay.wake();
      const [row] = await this.#database.sql<{ left: string }>(
        'select (select count(*) from event) - (select count(*) from event_position) as left',
      );
      if (Number(row?.left) === 0) return;
    }
  }

  async #createByCommand(): Promise<void> {
    await this.#bus.commands.execute({
      name: 'createUser',
      aggregateType: 'User',
      kind: 'CREATE',
      shown: {},
      viewer: null,
      origin: ORIGIN,
      run: async ({ em, now }) => {
        const user = this.#register(now);
        em.persist(user);
        return { userId: user.id };
      },
    });
  }

  async #changeByCommand(id: string, firstName: string): Promise<void> {
    await this.#bus.commands.execute({
      name: 'updateUser',
      aggregateType: 'User',
      kind: 'UPDATE',
      shown: {},
      viewer: null,
      origin: ORIGIN,
      run: async ({ em, now }) => {
        await change(em, id, firstName, now);
        return { userId: id };
      },
    });
  }

  async #createBare(): Promise<void> {
    await this.#inContext(async (em) => {
      em.persist(this.#register(new Date()));
    });
  }

  async #changeBare(id: string, firstName: string): Promise<void> {
    await this.#inContext((em) => change(em, id, firstName, new Date()));
  }

  async #inContext(work: (em: SqlEntityManager) => Promise<void>): Promise<void> {
    await runInEventContext({ commandId: v7(), metadata: METADATA, recorded: [] }, () =>
      transact(this.#database, work),
    );
  }

  #register(now: Date): User {
    const person = personNumber(v7(), this.#roleId);
    return User.register({ ...person, passwordHash: null }, 'admin', now);
  }
}

async function change(em: SqlEntityManager, id: string, firstName: string, now: Date): Promise<void> {
  const user = await em.findOneOrFail(User, { id });
  user.change({ firstName }, now);
}
