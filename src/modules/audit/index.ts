import type { ModuleManifest } from '../../graphql/module-manifest.ts';
import { auditLogHandler } from './audit-log.handler.ts';
import { AUDIT_PERMISSIONS } from './audit.policy.ts';
import './audit-log.type.ts';
import './audit-chain-report.type.ts';

export const auditModule: ModuleManifest = {
  name: 'audit',
  entities: [],
  events: [],
  permissions: AUDIT_PERMISSIONS,
  handlers: ({ securityLog }) => [auditLogHandler(securityLog)],
};
