import { BackOff, pause } from './back-off.ts';
import { isPassing } from './errors.ts';
import type { RefreshSessionMutation } from './operations.generated.ts';
import { operations } from './operations.generated.ts';
import { post, type PostOptions } from './post.ts';
import type { IssuedTokens } from './session.ts';

/**
 * How long a lost answer is asked for again. The server makes the same exchange again for ten seconds unless it is
 * configured otherwise; after that the token counts as stolen, and ends the session.
 */
const REPEAT_MS = 7_000;
const ANSWER_TIMEOUT_MS = 3_000;

/** Exchanges a refresh token; null when the server refuses it. */
export async function refreshTokens(
  refreshToken: string,
  options: Omit<PostOptions, 'timeoutMs'>,
): Promise<IssuedTokens | null> {
  const backOff = new BackOff({ baseMs: 200, maxMs: 2_000 });
  const startedAt = Date.now();
  for (;;) {
    try {
      const query = String(operations.mutation.refreshSession);
      const data = await post(query, { input: { refreshToken } }, { ...options, timeoutMs: ANSWER_TIMEOUT_MS });
      const { refreshSession } = data as RefreshSessionMutation;
      return refreshSession.__typename === 'RefreshSessionPayload' ? refreshSession : null;
    } catch (error) {
      const pauseMs = backOff.next();
      const isTooLate = Date.now() - startedAt + pauseMs > REPEAT_MS;
      if (isTooLate || !isPassing(error)) throw error;
      await pause(pauseMs, options.signal);
    }
  }
}
