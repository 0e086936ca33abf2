import { isUrl, parseList } from './variable.ts';

const SCHEMES = ['redis:', 'rediss:'];

/**
 * One Redis URL, or the nodes of a cluster. A node may be written as bare `host:port`; it takes the scheme of the first entry.
 * A cluster's nodes agree on TLS and name no database, because Redis Cluster has only number 0.
 */
export function parseRedisUrls(text: string): readonly string[] | undefined {
  const scheme = text.trim().startsWith('rediss:') ? 'rediss://' : 'redis://';
  const urls = parseList(text, (entry) => {
    const url = entry.includes('://') ? entry : scheme + entry;
    return isUrl(url, SCHEMES) ? url : undefined;
  });
  if (urls === undefined || (urls.length === 1 && !text.includes('://'))) return undefined;
  return urls.length === 1 || urls.every((url) => url.startsWith(scheme) && hasNoDatabase(url)) ? urls : undefined;
}

function hasNoDatabase(url: string): boolean {
  return ['', '/', '/0'].includes(new URL(url).pathname);
}
