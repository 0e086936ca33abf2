import type { ModuleManifest } from '../../graphql/module-manifest.ts';
import { auditLogHandler } from './audit-log.handler.ts';
import { AUDIT_PERMISSIONS } from './audit.policy.ts';
import './audit-log.type.ts';
import './audit-chain-report.type.ts';
import { auditPersonalData } from './personal-data.ts';

export const auditModule: ModuleManifest = {
  name: 'audit',
  entities: [],
  events: [],
  personalData: auditPersonalData,
  permissions: AUDIT_PERMISSIONS,
  handlers: ({ securityLog }) => [auditLogHandler(securityLog)],
};
