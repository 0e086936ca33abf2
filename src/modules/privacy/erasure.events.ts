import { z } from 'zod';
import { defineEvent } from '../../event-store/define-event.ts';

export const UserDataErased = defineEvent({
  type: 'USER_DATA_ERASED',
  aggregateType: 'User',
  data: z.object({ userId: z.uuid(), reason: z.string() }),
  subject: (_data, aggregateId) => aggregateId,
});
