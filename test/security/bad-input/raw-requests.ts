/** What no HTTP client would send, as bytes. Each case is named by what is wrong with it. */
export interface RawCase {
  readonly name: string;
  readonly bytes: Buffer;
}

const BODY = '{"query":"{ __typename }"}';

function head(lines: readonly string[]): string {
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function raw(name: string, ...parts: readonly (string | Buffer)[]): RawCase {
  return {
    name,
    bytes: Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part))),
  };
}

function post(name: string, body: string | Buffer, ...headers: readonly string[]): RawCase {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const lines = ['POST /graphql HTTP/1.1', 'Host: localhost', 'Connection: close'];
  return raw(
    name,
    head([...lines, 'Content-Type: application/json', `Content-Length: ${bytes.length}`, ...headers]),
    bytes,
  );
}

const METHODS = [
  'GET',
  'HEAD',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'PROPFIND',
  'BREW',
  'get',
  'P\0ST',
  '',
];
const TARGETS = [
  '/',
  '*',
  '//',
  '/graphql/',
  '/graphql/..',
  '/graphql%2f',
  '/graphql%00',
  '/graphql?query={__typename}',
  '/%',
  '/%zz',
  '/%ff%fe',
  '/../../etc/passwd',
  'http://localhost/graphql',
  'http://other/graphql',
  'ftp://x/',
  '/health/../graphql',
  '/health/live/x',
  '/.well-known/jwks.json/..',
  '/dev/mail/../../src',
  '/graphql#x',
  `/${'a'.repeat(9_000)}`,
  '/graphql\t',
  '/gr\x00aphql',
  '/\xff',
];
const HOSTS = [
  '',
  ' ',
  'a b',
  'localhost:99999999',
  'localhost:',
  '[::1',
  'a/b',
  'a@b',
  'a,b',
  '\x00',
  '\xff',
  'x'.repeat(5_000),
  '<script>',
];
const HEADERS = [
  'Content-Length: -1',
  'Content-Length: 1e3',
  'Content-Length: 0x10',
  'Content-Length: 99999999999999999999',
  'Content-Length: 5, 5',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: xchunked',
  'Transfer-Encoding : chunked',
  'Expect: 100-continue',
  'Expect: something',
  'Upgrade: h2c',
  'Connection: Upgrade',
  'Range: bytes=0-1',
  'Accept: ',
  'Accept: a/b/c;q=x',
  'Accept: text/event-stream;q=0',
  'Content-Encoding: gzip',
  'Content-Encoding: br, gzip',
  'Content-Type: multipart/form-data',
  'Authorization: ',
  'Authorization: Bearer',
  'Authorization: Bearer \x00',
  `Authorization: Bearer ${'a.'.repeat(4_000)}`,
  'Authorization: Basic YTpi',
  'X-Forwarded-For: not an address',
  `X-Forwarded-For: ${'1.1.1.1,'.repeat(500)}`,
  'X-Correlation-Id: \xff',
  'Origin: null',
  'Origin: ://',
  'Cookie: a=b; __Host-x=y',
  'X Bad: 1',
  ': empty',
  'No-Colon',
  `X-Long: ${'y'.repeat(20_000)}`,
  'X-Ctl: a\x01b',
  ' folded: 1',
  'X-HTTP-Method-Override: DELETE',
];

/** Requests over HTTP/1.1, well-formed and not. */
export function rawHttpCases(): RawCase[] {
  return [
    ...METHODS.map((method) =>
      raw(
        `the method ${JSON.stringify(method)}`,
        head([`${method} /graphql HTTP/1.1`, 'Host: localhost', 'Connection: close']),
      ),
    ),
    ...TARGETS.flatMap((target) =>
      ['GET', 'POST'].map((method) =>
        raw(
          `${method} of ${target.slice(0, 40)}`,
          head([`${method} ${target} HTTP/1.1`, 'Host: localhost', 'Connection: close', 'Content-Length: 0']),
        ),
      ),
    ),
    ...HOSTS.map((host) =>
      raw(`the Host ${host.slice(0, 20)}`, head(['GET /health/live HTTP/1.1', `Host: ${host}`, 'Connection: close'])),
    ),
    ...HEADERS.map((header) => post(`the header ${header.slice(0, 50)}`, BODY, header)),
    ...['HTTP/0.9', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/9.9', 'http/1.1', 'ICY/1.1', ''].map((version) =>
      raw(`the version ${version}`, head([`GET /health/live ${version}`, 'Host: localhost', 'Connection: close'])),
    ),
    raw('the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    raw('a TLS hello', Buffer.from('1603010200010001fc0303', 'hex'), Buffer.alloc(64, 7)),
    raw('only line breaks', '\r\n'.repeat(50)),
    raw('bare line feeds', 'GET /health/live HTTP/1.1\nHost: localhost\nConnection: close\n\n'),
    raw('random bytes', Buffer.from(Array.from({ length: 2_000 }, (_, index) => (index * 7_919) % 256))),
    raw(
      'a hundred headers',
      head([
        'GET /health/live HTTP/1.1',
        'Host: localhost',
        'Connection: close',
        ...Array.from({ length: 1_000 }, (_, index) => `X-${index}: 1`),
      ]),
    ),
    raw(
      'length and chunks at once',
      head([
        'POST /graphql HTTP/1.1',
        'Host: localhost',
        'Content-Type: application/json',
        'Content-Length: 4',
        'Transfer-Encoding: chunked',
      ]),
      '0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n',
    ),
    ...[
      'zz\r\n{}\r\n0\r\n\r\n',
      '-1\r\n{}\r\n0\r\n\r\n',
      'ffffffffffffffff\r\n{}',
      '2;ext="\x00"\r\n{}\r\n0\r\n\r\n',
      '2\r\n{}x\r\n0\r\n\r\n',
      '0\r\nTrailer: 1\r\n\r\n',
    ].map((chunks) =>
      raw(
        `the chunks ${JSON.stringify(chunks.slice(0, 20))}`,
        head([
          'POST /graphql HTTP/1.1',
          'Host: localhost',
          'Content-Type: application/json',
          'Connection: close',
          'Transfer-Encoding: chunked',
        ]),
        chunks,
      ),
    ),
    raw(
      'two requests in one write',
      head(['GET /health/live HTTP/1.1', 'Host: localhost']),
      head(['GET /nothing HTTP/1.1', 'Host: localhost', 'Connection: close']),
    ),
    ...[
      '',
      'null',
      '0',
      '"x"',
      '[]',
      '[{"query":"{ __typename }"}]',
      '{}',
      '{"query":null}',
      '{"query":""}',
      '{"query":{}}',
      '{"query":["{ __typename }"]}',
      '{"query":"{ __typename }","variables":0}',
      '{"query":"{ __typename }","variables":[]}',
      '{"query":"{ __typename }","operationName":{}}',
      '{"query":"{ __typename }","extensions":1}',
      '{"query":"{ __typename }"',
      `{"query":"{ __typename }","query":"{ me { id } }"}`,
      `{"query":"{ __typename }","variables":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
      `{"id":1e999,"query":"{ __typename }"}`,
      '\ufeff{"query":"{ __typename }"}',
    ].map((body) => post(`the body ${body.slice(0, 40)}`, body)),
    ...['ff', 'c328', 'eda080', 'f4908080', 'c080'].map((hex) =>
      post(
        `a body with the bytes ${hex}`,
        Buffer.concat([Buffer.from('{"query":"{ a(b:\\"'), Buffer.from(hex, 'hex'), Buffer.from('\\") }"}')]),
      ),
    ),
    post('a body of 2 MiB', 'x'.repeat(2 * 1024 * 1024)),
    ...['Version: 12', 'Version: 0', 'Version: x'].map((version) =>
      raw(
        `a handshake of ${version}`,
        head([
          'GET /graphql HTTP/1.1',
          'Host: localhost',
          'Connection: Upgrade',
          'Upgrade: websocket',
          'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
          `Sec-WebSocket-${version}`,
        ]),
      ),
    ),
    ...['', 'short', '\x00', 'x'.repeat(500)].map((key) =>
      raw(
        `a handshake with the key ${key.slice(0, 10)}`,
        head([
          'GET /graphql HTTP/1.1',
          'Host: localhost',
          'Connection: Upgrade',
          'Upgrade: websocket',
          `Sec-WebSocket-Key: ${key}`,
          'Sec-WebSocket-Version: 13',
        ]),
      ),
    ),
  ];
}

const HANDSHAKE = head([
  'GET /graphql HTTP/1.1',
  'Host: localhost',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Protocol: graphql-transport-ws',
]);

/** A masked frame, as clients must send them; `first` is its first byte. */
function frame(first: number, payload: string | Buffer): Buffer {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const length =
    bytes.length < 126
      ? Buffer.from([0x80 | bytes.length])
      : Buffer.from([0xfe, bytes.length >> 8, bytes.length & 0xff]);
  return Buffer.concat([Buffer.from([first]), length, Buffer.alloc(4), bytes]);
}

const TEXT = 0x81;
const MESSAGES = [
  '',
  'x',
  'null',
  '0',
  '[]',
  '{}',
  '{"type":0}',
  '{"type":"x"}',
  '{"type":"connection_init","payload":0}',
  '{"type":"connection_init","payload":{"authorization":{}}}',
  '{"type":"connection_init","payload":{"token":"x"}}',
  '{"type":"subscribe"}',
  '{"type":"subscribe","id":1,"payload":{}}',
  '{"type":"subscribe","id":"","payload":{"query":"{ __typename }"}}',
  '{"type":"complete"}',
  '{"type":"complete","id":{}}',
  '{"type":"next","id":"1","payload":{}}',
  '{"type":"ping","payload":1}',
  '{"type":"pong"}',
  '{"type":"connection_ack"}',
  `{"type":"ping","payload":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
  '{"type":"__proto__"}',
];

/** Frames on a WebSocket whose handshake was right. */
export function rawFrameCases(): RawCase[] {
  const cases: readonly (readonly [string, ...Buffer[]])[] = [
    ...MESSAGES.map((text) => [`the message ${text.slice(0, 50)}`, frame(TEXT, text)] as const),
    ...MESSAGES.map(
      (text) =>
        [
          `after the introduction, ${text.slice(0, 50)}`,
          frame(TEXT, '{"type":"connection_init"}'),
          frame(TEXT, text),
        ] as const,
    ),
    ...[0x83, 0x87, 0x8b, 0x8f].map((first) => [`the opcode ${first & 15}`, frame(first, 'x')] as const),
    ...[0xc1, 0xa1, 0x91].map((first) => [`the reserved bit of ${first}`, frame(first, 'x')] as const),
    ['a frame without a mask', Buffer.from([TEXT, 2, 0x7b, 0x7d])],
    ['a length of 2^63', Buffer.from([TEXT, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
    ['a length of 1 GiB', Buffer.from([TEXT, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0])],
    ['a continuation of nothing', frame(0x80, 'x')],
    ['a text inside a fragmented text', frame(0x01, '{"ty'), frame(TEXT, '{}')],
    ['fragments that never end', ...Array.from({ length: 200 }, () => frame(0x00, 'x'.repeat(1_000)))],
    ['text that is no UTF-8', frame(TEXT, Buffer.from('ff', 'hex'))],
    ['a ping of 200 bytes', frame(0x89, 'p'.repeat(200))],
    ['a fragmented ping', frame(0x09, 'p')],
    ['a close of one byte', frame(0x88, 'x')],
    ...[0, 999, 1004, 1005, 1006, 2999, 5000, 65_535].map(
      (code) => [`the close code ${code}`, frame(0x88, Buffer.from([code >> 8, code & 255]))] as const,
    ),
    ['a close that is no UTF-8', frame(0x88, Buffer.from('03e8ff', 'hex'))],
    ['binary data', frame(0x82, Buffer.from([0, 1, 2, 3]))],
    [
      'a text of 200 KiB',
      Buffer.concat([Buffer.from([TEXT, 0xff, 0, 0, 0, 0, 0, 3, 0x20, 0, 0, 0, 0, 0]), Buffer.alloc(204_800, 'x')]),
    ],
  ];
  return cases.map(([name, ...frames]) => raw(name, HANDSHAKE, ...frames));
}
