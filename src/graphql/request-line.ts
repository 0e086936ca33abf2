import type { IncomingMessage } from 'node:http';
import { HttpRefusal } from './http-answer.ts';

const HOST = /^(?:[a-z0-9](?:[a-z0-9._-]{0,252}[a-z0-9_])?\.?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** The path of a request whose Host and URL are well-formed. Throws HttpRefusal 400 for the others. */
export function checkRequestLine(request: IncomingMessage): string {
  const hosts = request.headersDistinct['host'] ?? [];
  if (hosts.length !== 1 || !HOST.test(hosts[0] ?? '')) throw new HttpRefusal(400, 'The Host header is malformed.');
  const target = request.url ?? '';
  if (!target.startsWith('/')) throw new HttpRefusal(400, 'The URL is malformed.');
  const url = URL.parse(`http://localhost${target}`);
  if (url === null) throw new HttpRefusal(400, 'The URL is malformed.');
  try {
    return decodeURIComponent(url.pathname);
  } catch (error) {
    if (error instanceof URIError) throw new HttpRefusal(400, 'The URL is malformed.');
    throw error;
  }
}
