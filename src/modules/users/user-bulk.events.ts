import { z } from 'zod';
import { defineEvent } from '../../event-store/define-event.ts';

/** The `aggregateId` of every change of many accounts at once. */
export const BULK_OPERATION = 'bulk-operation';

/** Who changed, each of them with a USER_UPDATED besides. */
const data = z.object({ userIds: z.array(z.uuid()), count: z.int32() });

export const UsersBulkActivated = defineEvent({ type: 'USERS_BULK_ACTIVATED', aggregateType: 'User', data });

export const UsersBulkDeactivated = defineEvent({ type: 'USERS_BULK_DEACTIVATED', aggregateType: 'User', data });

export const userBulkEvents = [UsersBulkActivated, UsersBulkDeactivated] as const;
