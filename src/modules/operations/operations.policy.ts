/** Held by administrators: looking at the event bus, and steering it. */
export const OPERATIONS_PERMISSIONS = ['event-bus:read', 'event-bus:manage'] as const;
