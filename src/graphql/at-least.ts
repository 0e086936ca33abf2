import type { Projection } from '../event-bus/define-projection.ts';
import { untilProjected } from '../event-bus/projection-progress.ts';
import type { Context } from './context.ts';
import { decodeConsistencyToken } from './mutation-payload.ts';

/** How long a query waits for its projection. */
const TIMEOUT_MS = 5_000;

/**
 * For the argument `atLeast` of a query that reads a projection: waits until the events of the mutation that gave the
 * token are in it.
 *
 * @throws RequestError PROJECTION_LAGGING when that takes too long; BAD_USER_INPUT for a token that is none.
 */
export async function atLeast(
  { core, signal }: Context,
  projection: Projection,
  token: string | null | undefined,
): Promise<void> {
  if (token == null) return;
  const eventId = decodeConsistencyToken(token);
  if (eventId !== null) await untilProjected(core, projection, eventId, { timeoutMs: TIMEOUT_MS, signal });
}
