import { z } from 'zod';
import { defineEvent } from '../event-store/define-event.ts';

/** Every event in its range has been handed over; of a dry run, counted. */
export const ReplayFinished = defineEvent({
  type: 'REPLAY_FINISHED',
  aggregateType: 'Replay',
  data: z.object({
    replayId: z.uuid(),
    dryRun: z.boolean(),
    total: z.int(),
    processed: z.int(),
    failed: z.int(),
  }),
});
