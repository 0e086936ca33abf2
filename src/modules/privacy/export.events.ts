import { z } from 'zod';
import { defineEvent } from '../../event-store/define-event.ts';

/** Somebody was given what is kept about a person: who, stands in the metadata. One per page. */
export const UserDataExported = defineEvent({
  type: 'USER_DATA_EXPORTED',
  aggregateType: 'UserExport',
  data: z.object({ userId: z.uuid(), complete: z.boolean() }),
  subject: ({ userId }) => userId,
});
