import { z } from 'zod';
import { defineEvent } from '../../event-store/define-event.ts';

/** The `aggregateId` of every import. */
export const IMPORT_OPERATION = 'import-operation';

const importTotals = z
  .strictObject({ requested: z.int32(), imported: z.int32(), failed: z.int32() })
  .meta({ id: 'UserImportTotals' });

const importProblem = z
  .strictObject({ path: z.array(z.string()), message: z.string() })
  .meta({ id: 'UserImportProblem' });

const importFailure = z
  .strictObject({
    /** Place in the import's input, from 0. */
    index: z.int32(),
    errors: z.array(importProblem),
  })
  .meta({ id: 'UserImportFailure' });

/** Holds ids and places, no names or addresses: it is about many people, so no key of one of them could shred it. */
export const UsersImportCompleted = defineEvent({
  type: 'USERS_IMPORT_COMPLETED',
  aggregateType: 'User',
  data: z.object({ totals: importTotals, importedUsers: z.array(z.uuid()), failures: z.array(importFailure) }),
});
