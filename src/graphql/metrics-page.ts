import { createHash, timingSafeEqual } from 'node:crypto';
import type { Exchange } from './http-answer.ts';
import { HttpRefusal } from './http-answer.ts';

export interface MetricsPage {
  /** Who asks must send it as `Authorization: Bearer`; null: anybody may ask. */
  readonly token: string | null;
  /** Null while there is nothing to show yet. `connections`: open WebSockets and event streams. */
  readonly expose: (connections: number) => Promise<{ readonly contentType: string; readonly text: string } | null>;
}

/** Answers a scrape of Prometheus. @throws HttpRefusal 401 without the token */
export async function answerMetrics(
  { request, response }: Exchange,
  page: MetricsPage,
  connections: number,
): Promise<void> {
  if (page.token !== null && !isBearer(request.headers.authorization, page.token)) {
    const headers = { 'WWW-Authenticate': 'Bearer' };
    throw new HttpRefusal(401, 'Send the token of the metrics.', 'UNAUTHENTICATED', headers);
  }
  const exposition = await page.expose(connections);
  if (!exposition) throw new HttpRefusal(503, 'The server is starting.', 'SERVICE_UNAVAILABLE', { 'Retry-After': '1' });
  response.writeHead(200, { 'Content-Type': exposition.contentType }).end(exposition.text);
}

/** Compared as digests, so that the time tells neither length nor content. */
function isBearer(header: string | undefined, token: string): boolean {
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
