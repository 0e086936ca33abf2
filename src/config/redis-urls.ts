import { isUrl, parseList } from './variable.ts';

const SCHEMES = ['redis:', 'rediss:'];
const SENTINEL_URL =
  /^(?<scheme>rediss?)\+sentinel:\/\/(?:(?<access>[^@/?#]*)@)?(?<hosts>[^@/?#]+)\/(?<master>[\w.-]{1,100})(?:\/(?<database>\d{1,4}))?(?<query>\?[^#]*)?$/;
const SENTINEL_ACCESS: ReadonlySet<string> = new Set(['sentinelUsername', 'sentinelPassword']);

/** Where Redis is. All URLs are `redis://` or `rediss://`, with user and password where there are any. */
export type RedisServers =
  | { readonly kind: 'single' | 'cluster'; readonly urls: readonly string[] }
  | {
      readonly kind: 'sentinel';
      /** Of the Sentinels, with what signs in to them. */
      readonly urls: readonly string[];
      /** The name under which they watch the master. */
      readonly master: string;
      /** How to get into whatever server is the master; its host means nothing. */
      readonly access: string;
    };

/**
 * One Redis URL; or the nodes of a cluster, of which any but the first may be written as bare `host:port`; or
 * `redis+sentinel://[user:password@]host:port,host:port/name[/database][?sentinelPassword=…]`. A cluster's nodes agree on
 * TLS and name no database, because Redis Cluster has only number 0.
 */
export function parseRedisUrls(text: string): RedisServers | undefined {
  return text.includes('+sentinel:') ? parseSentinels(text) : parseServers(text);
}

function parseServers(text: string): RedisServers | undefined {
  const scheme = text.trim().startsWith('rediss:') ? 'rediss://' : 'redis://';
  const urls = parseList(text, (entry) => {
    const url = entry.includes('://') ? entry : scheme + entry;
    return isUrl(url, SCHEMES) ? url : undefined;
  });
  if (urls === undefined || (urls.length === 1 && !text.includes('://'))) return undefined;
  if (urls.length === 1) return { kind: 'single', urls };
  return urls.every((url) => url.startsWith(scheme) && hasNoDatabase(url)) ? { kind: 'cluster', urls } : undefined;
}

function parseSentinels(text: string): RedisServers | undefined {
  const { scheme, access = '', hosts, master, database = '0', query } = SENTINEL_URL.exec(text)?.groups ?? {};
  if (scheme === undefined || hosts === undefined || master === undefined) return undefined;
  const parameters = new URLSearchParams(query);
  if (![...parameters.keys()].every((name) => SENTINEL_ACCESS.has(name))) return undefined;
  const [user, password] = ['sentinelUsername', 'sentinelPassword'].map((name) =>
    encodeURIComponent(parameters.get(name) ?? ''),
  );
  const urls = parseList(hosts, (host) => {
    const url = `${scheme}://${user}:${password}@${host}`;
    return isUrl(url, SCHEMES) ? new URL(url).href : undefined;
  });
  const accessUrl = `${scheme}://${access === '' ? '' : `${access}@`}${master}/${database}`;
  return urls && isUrl(accessUrl, SCHEMES) ? { kind: 'sentinel', urls, master, access: accessUrl } : undefined;
}

function hasNoDatabase(url: string): boolean {
  return ['', '/', '/0'].includes(new URL(url).pathname);
}
