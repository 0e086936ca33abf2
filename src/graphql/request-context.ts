import type { SqlEntityManager } from '@mikro-orm/sql';
import { initContextCache } from '@pothos/core';
import { sqlOf } from '../database/sql.ts';
import { EventLog } from '../event-store/read-events.ts';
import type { RequestOrigin, Standing, Viewer } from '../viewer.ts';
import type { Context, CoreServices, CredentialsGuard, ModuleServices, StandingFinder } from './context.ts';
import type { ContextRequest } from './context-request.ts';

interface ContextParts {
  readonly request: ContextRequest;
  readonly core: CoreServices;
  readonly services: ModuleServices;
  readonly caller: StandingFinder;
}

/**
 * The context of one operation.
 *
 * @throws RequestError UNAUTHENTICATED for credentials that are not good
 */
export async function createRequestContext(parts: ContextParts): Promise<Context> {
  return new RequestContext(parts, await parts.caller.find());
}

/** Light, since that of a subscription stays as long as it does; it guards its own credentials. */
class RequestContext implements Context, CredentialsGuard {
  readonly core: CoreServices;
  readonly services: ModuleServices;
  readonly personId: string | null;
  resultExtensions?: Readonly<Record<string, unknown>>;
  readonly #request: ContextRequest;
  readonly #caller: StandingFinder;
  #viewer: Viewer | null;
  #lastsMs: number;
  #em: SqlEntityManager | null = null;

  constructor({ request, core, services, caller }: ContextParts, { viewer, lastsMs }: Standing) {
    this.core = core;
    this.services = services;
    this.personId = viewer?.userId ?? null;
    this.#request = request;
    this.#caller = caller;
    this.#viewer = viewer;
    this.#lastsMs = lastsMs;
    Object.assign(this, initContextCache());
  }

  get viewer(): Viewer | null {
    return this.#viewer;
  }

  get origin(): RequestOrigin {
    return this.#request.origin;
  }

  get em(): SqlEntityManager {
    this.#em ??= this.#request.isQuery ? this.core.database.reader() : this.core.database.orm.em.fork();
    return this.#em;
  }

  get mayLag(): boolean {
    return this.core.database.mayLag(this.em);
  }

  get log(): EventLog {
    return this.#request.isQuery ? new EventLog(sqlOf(this.em), this.core.catalogue) : this.core.log;
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }

  get lastEventId(): string | null {
    return this.#request.lastEventId;
  }

  get guard(): CredentialsGuard {
    return this;
  }

  get lastsMs(): number {
    return this.#lastsMs;
  }

  forNobody(): Context {
    const { core, services } = this;
    const parts = { request: this.#request, core, services, caller: this.#caller };
    return new RequestContext(parts, { viewer: null, lastsMs: this.#lastsMs });
  }

  async renewViewer(): Promise<Viewer | null> {
    const { viewer, lastsMs } = await this.#caller.find();
    this.#lastsMs = lastsMs;
    return viewer;
  }

  async renew(): Promise<number> {
    await this.renewViewer();
    return this.#lastsMs;
  }

  startAnew(viewer: Viewer | null, resultExtensions: Readonly<Record<string, unknown>>): void {
    this.#em = null;
    this.#viewer = viewer;
    this.resultExtensions = resultExtensions;
    Object.assign(this, initContextCache());
  }

  watch(onNews: () => void): Disposable {
    const { streams, aggregatesBehind } = this.core;
    return streams.watch.watch(this.#viewer ? aggregatesBehind(this.#viewer) : [], onNews);
  }
}
