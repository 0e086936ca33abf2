import { z } from 'zod';
import { defineEvent } from '../event-store/define-event.ts';

const tableDifference = z
  .strictObject({
    table: z.string(),
    /** Rows that only the old generation had. */
    onlyBefore: z.int(),
    /** Rows that only the new one has. */
    onlyAfter: z.int(),
  })
  .meta({ id: 'ProjectionTableDifference' });
export type TableDifference = z.output<typeof tableDifference>;

/** Readers see the rebuilt rows from now on; the aggregate is the projection, by name. */
export const ProjectionRebuilt = defineEvent({
  type: 'PROJECTION_REBUILT',
  aggregateType: 'Projection',
  data: z.object({
    projection: z.string(),
    rebuildId: z.uuid(),
    version: z.int32(),
    generation: z.int32(),
    /** Whether the two could be compared: not across versions. */
    compared: z.boolean(),
    /** What was wrong before; empty when nothing was. */
    differences: z.array(tableDifference),
  }),
});
