export const STATISTICS_PERMISSIONS = ['statistics:read'] as const;
