import { builder } from '../../graphql/builder.ts';
import type { MaintenanceSnapshot } from './maintenance.events.ts';
import { findOpenMaintenance } from './maintenance.repository.ts';

export const MaintenanceType = builder.objectRef<MaintenanceSnapshot>('Maintenance').implement({
  guardedByParent: true,
  fields: (t) => ({
    reason: t.exposeString('reason'),
    startedAt: t.field({ type: 'DateTime', resolve: (window) => window.startedAt }),
    expectedEnd: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'An announcement: the window is open until it is completed.',
      resolve: (window) => window.expectedEnd,
    }),
    completedAt: t.field({ type: 'DateTime', nullable: true, resolve: (window) => window.completedAt }),
  }),
});

builder.queryField('maintenance', (t) =>
  t.field({
    type: MaintenanceType,
    nullable: true,
    description: 'The window that is open now; null while there is none.',
    authScopes: { public: true },
    resolve: (_root, _args, { core }) => findOpenMaintenance(core.database.sql),
  }),
);
