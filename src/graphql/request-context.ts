import type { SqlEntityManager } from '@mikro-orm/sql';
import { initContextCache } from '@pothos/core';
import { sqlOf } from '../database/sql.ts';
import { EventLog } from '../event-store/read-events.ts';
import type { Standing } from '../viewer.ts';
import type { Context, CoreServices, ModuleServices } from './context.ts';
import type { ContextRequest } from './pipeline.ts';

interface ContextParts {
  readonly request: ContextRequest;
  readonly core: CoreServices;
  readonly services: ModuleServices;
  /** Looks up what the request's credentials are worth now. @throws RequestError UNAUTHENTICATED */
  readonly findStanding: () => Promise<Standing>;
}

/**
 * The context of one operation, light, since that of a subscription stays as long as it does. A plain object, so that a
 * copy of it is a context too.
 *
 * @throws RequestError UNAUTHENTICATED for credentials that are not good
 */
export async function createRequestContext({ request, core, services, findStanding }: ContextParts): Promise<Context> {
  let standing = await findStanding();
  let em: SqlEntityManager | null = null;
  const renew = async (): Promise<Standing> => {
    standing = await findStanding();
    return standing;
  };
  const context: Context = {
    ...initContextCache(),
    viewer: standing.viewer,
    personId: standing.viewer?.userId ?? null,
    origin: request.origin,
    get em() {
      em ??= request.isQuery ? core.database.reader() : core.database.orm.em.fork();
      return em;
    },
    get mayLag() {
      return core.database.mayLag(context.em);
    },
    get log() {
      return request.isQuery ? new EventLog(sqlOf(context.em), core.catalogue) : core.log;
    },
    core,
    services,
    signal: request.signal,
    lastEventId: request.lastEventId,
    renewViewer: async () => (await renew()).viewer,
    startAnew(viewer, resultExtensions) {
      em = null;
      Object.assign(context, initContextCache(), { viewer, resultExtensions });
    },
    guard: {
      get lastsMs() {
        return standing.lastsMs;
      },
      renew: async () => (await renew()).lastsMs,
      watch: (onNews) =>
        core.streams.watch.watch(standing.viewer ? core.aggregatesBehind(standing.viewer) : [], onNews),
    },
  };
  return context;
}
