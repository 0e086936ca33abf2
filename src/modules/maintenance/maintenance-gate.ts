import type { Sql } from '../../database/sql.ts';
import { RequestError } from '../../errors.ts';
import { aggregateTag } from '../../event-bus/event-tags.ts';
import type { TaggedCache } from '../../event-bus/tagged-cache.ts';
import type { WriteGate } from '../../graphql/define-command.ts';
import { SYSTEM_ID } from './maintenance.events.ts';
import { mayWriteDuringMaintenance } from './maintenance.policy.ts';
import { findOpenMaintenance } from './maintenance.repository.ts';

/**
 * Refuses changes while a window is open. The question is asked before each command, so its answer comes from the cache:
 * exact on the node that opened the window, on others as soon as they have read the event. A command that was let in
 * before runs to its end.
 */
export function maintenanceGate(cache: TaggedCache, sql: Sql): WriteGate {
  return {
    async requireOpen(viewer) {
      if (mayWriteDuringMaintenance(viewer)) return;
      const window = await cache.getOrLoad({
        key: ['open maintenance'],
        tags: [aggregateTag('System', SYSTEM_ID)],
        load: () => findOpenMaintenance(sql),
      });
      if (!window) return;
      const { reason, expectedEnd } = window;
      throw new RequestError('MAINTENANCE', `Changes are not possible for now: ${reason}`, { expectedEnd });
    },
  };
}
