import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

interface OriginPolicy {
  readonly allowedOrigins: readonly string[];
  readonly production: boolean;
}

/**
 * Whether a page of this origin may talk to us; programs that are no browser send none and may.
 *
 * Outside production the server's own pages may as well, on whatever port it got. Only under an IP address or
 * `localhost`, because any other name in Host can be made to point here by who owns it (DNS rebinding).
 */
export function isAllowedOrigin(request: IncomingMessage, { allowedOrigins, production }: OriginPolicy): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined || allowedOrigins.includes(origin)) return true;
  const url = URL.parse(origin);
  if (production || url === null || url.host !== host?.toLowerCase()) return false;
  return url.hostname === 'localhost' || isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0;
}
