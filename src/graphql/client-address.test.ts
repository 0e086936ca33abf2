import { describe, expect, it } from 'vitest';
import { addressNetwork, clientAddress, parseTrustedProxies } from './client-address.ts';

const NONE = parseTrustedProxies([]);
const PROXIES = parseTrustedProxies(['10.0.0.0/8', '192.0.2.10', '2001:db8:ffff::/48', '::1']);

describe('the client’s address', () => {
  it.each([
    ['the socket’s without a header', '203.0.113.9', undefined, '203.0.113.9'],
    ['the socket’s when the peer is no proxy of ours', '203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['the forwarded one behind a proxy', '10.1.2.3', '198.51.100.1', '198.51.100.1'],
    [
      'the rightmost that is no proxy, whatever the client claims',
      '10.1.2.3',
      '1.1.1.1, 198.51.100.1, 10.9.9.9',
      '198.51.100.1',
    ],
    ['the outermost proxy when all hops are proxies', '10.1.2.3', '10.7.7.7, 10.8.8.8', '10.7.7.7'],
    ['the socket’s when the nearest hop is malformed', '10.1.2.3', '198.51.100.1, unknown', '10.1.2.3'],
    ['the socket’s when a hop behind proxies is malformed', '10.1.2.3', 'evil\r\n, 10.8.8.8', '10.1.2.3'],
    ['the socket’s when the header is empty', '10.1.2.3', '', '10.1.2.3'],
    ['unharmed by rubbish left of the client', '10.1.2.3', '<script>, 198.51.100.1', '198.51.100.1'],
    ['plain IPv4 when the socket maps it into IPv6', '::ffff:203.0.113.9', undefined, '203.0.113.9'],
    ['found behind a proxy whose address is mapped', '::ffff:10.1.2.3', '::FFFF:c633:6401', '198.51.100.1'],
    ['an IPv6 one in lower case', '2001:db8:ffff::5', '2001:DB8::A', '2001:db8::a'],
    ['read without its port', '10.1.2.3', '[2001:db8::a]:4711', '2001:db8::a'],
    ['read without its port (IPv4)', '10.1.2.3', '198.51.100.1:4711', '198.51.100.1'],
    ['read without its zone', 'fe80::1%eth0', undefined, 'fe80::1'],
    ['the single address of an exact entry', '192.0.2.10', '198.51.100.1', '198.51.100.1'],
    ['not believed from its neighbour', '192.0.2.11', '198.51.100.1', '192.0.2.11'],
    ['unknown on a Unix socket', undefined, '198.51.100.1', null],
  ])('is %s', (_case, socket, header, expected) => {
    expect(clientAddress(socket, header, PROXIES)).toBe(expected);
  });

  it('is the socket’s when no proxy is configured', () => {
    expect(clientAddress('127.0.0.1', '198.51.100.1', NONE)).toBe('127.0.0.1');
  });

  it('is looked for in a bounded number of hops', () => {
    const header = `198.51.100.1, ${Array.from({ length: 5000 }, () => '10.8.8.8').join(', ')}`;
    expect(clientAddress('10.1.2.3', header, PROXIES)).toBe('10.8.8.8');
  });
});

describe('trusted proxies', () => {
  it.each(['localhost', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '::/129', '10.0.0.0/-1', ''])(
    'refuses the entry "%s" by name',
    (entry) => expect(() => parseTrustedProxies(['10.0.0.0/8', entry])).toThrow(`"${entry}"`),
  );
});

describe('the network that limits count by', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
  ])('of %s is %s', (address, network) => expect(addressNetwork(address)).toBe(network));
});
