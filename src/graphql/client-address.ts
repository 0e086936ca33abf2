import { BlockList, isIP } from 'node:net';

/** Hops of a forwarded header that are looked at, from the right; nobody runs longer chains of proxies. */
const MAX_HOPS = 16;

/** Reads addresses and CIDR ranges (`10.0.0.0/8`, `::1`); throws an `Error` naming the entry that is neither. */
export function parseTrustedProxies(entries: readonly string[]): BlockList {
  const trusted = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix, ...rest] = entry.trim().split('/');
    const family = isIP(address);
    const bits = family === 4 ? 32 : 128;
    const length = prefix === undefined ? bits : Number(prefix);
    const wellFormed = prefix === undefined || /^\d{1,3}$/.test(prefix);
    if (family === 0 || rest.length > 0 || !wellFormed || length > bits) {
      throw new Error(`The trusted proxy "${entry}" is neither an IP address nor a range such as 10.0.0.0/8.`);
    }
    trusted.addSubnet(address, length, family === 4 ? 'ipv4' : 'ipv6');
  }
  return trusted;
}

/**
 * The address a request is counted and recorded under, or `null` when the socket has none (a Unix socket).
 *
 * `X-Forwarded-For` is believed only from a trusted proxy: each proxy appends who connected to it, so reading from the
 * right, the first address that is not a proxy of ours is the client's, and everything left of it is the client's own
 * claim. A header with something else than an address in that part is ignored as a whole.
 */
export function clientAddress(
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
  trustedProxies: BlockList,
): string | null {
  const peer = normalizeAddress(socketAddress ?? '');
  if (peer === null || forwardedFor === undefined || !isTrusted(peer, trustedProxies)) return peer;
  let client = peer;
  for (const hop of forwardedFor.split(',').slice(-MAX_HOPS).toReversed()) {
    const address = normalizeAddress(withoutPort(hop.trim()));
    if (address === null) return peer;
    client = address;
    if (!isTrusted(address, trustedProxies)) return client;
  }
  return client;
}

/** The unit that limits count by: an IPv4 address, or the /64 network of an IPv6 one, since one customer holds all of it. */
export function addressNetwork(address: string): string {
  const normalized = normalizeAddress(address);
  if (normalized === null || isIP(normalized) === 4) return normalized ?? address;
  return `${groupsOf(normalized)
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** Lower case, without zone; an IPv4 address mapped into IPv6 (`::ffff:192.0.2.1`) as the IPv4 address it is. */
function normalizeAddress(text: string): string | null {
  const address = text.toLowerCase().replace(/%.*$/, '');
  const family = isIP(address);
  if (family === 0) return null;
  if (family === 4) return address;
  const groups = groupsOf(address);
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (!mapped) return address;
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.');
}

/** Some proxies add the port: `192.0.2.1:443`, `[2001:db8::1]:443`. */
function withoutPort(hop: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(hop);
  if (bracketed !== null) return bracketed[1] ?? '';
  return hop.replace(/^([\d.]+):\d{1,5}$/, '$1');
}

function isTrusted(address: string, trusted: BlockList): boolean {
  return trusted.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

/** The eight 16-bit groups of a valid IPv6 address. */
function groupsOf(address: string): number[] {
  const [head = '', tail] = address.split('::');
  const left = groupsOfPart(head);
  if (tail === undefined) return left;
  const right = groupsOfPart(tail);
  const missing = Math.max(0, 8 - left.length - right.length);
  return [...left, ...Array.from({ length: missing }, () => 0), ...right];
}

function groupsOfPart(part: string): number[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}
