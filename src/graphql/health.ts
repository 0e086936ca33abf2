import type { Exchange } from './http-answer.ts';
import { sendJson } from './http-answer.ts';

const MAX_CHECK_MS = 2000;

/** Answers 200 as long as the process answers at all. */
export function answerLive(exchange: Exchange): void {
  sendJson(exchange, 200, { status: 'live' });
}

/** Answers 200 or 503 and says nothing about why: that is in the log and in the metrics. */
export async function answerReady(exchange: Exchange, ready: () => Promise<boolean>): Promise<void> {
  const isReady = await withinTime(ready);
  sendJson(exchange, isReady ? 200 : 503, { status: isReady ? 'ready' : 'unavailable' });
}

async function withinTime(ready: () => Promise<boolean>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), MAX_CHECK_MS);
  const answer = ready().catch(() => false);
  try {
    return await Promise.race([answer, promise]);
  } finally {
    clearTimeout(timer);
  }
}
