import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { permit, privateAddress, secretPhrase, takeSightings } from './canaries.ts';
import { GraphqlClient } from './graphql-client.ts';
import { TestSocket } from './graphql-requests.ts';
import { knowPerson } from './look-for-others.ts';
import { startSmtpSink } from './smtp-sink.ts';
import { createTestRedis } from './test-redis.ts';
import { startTestApp } from './test-app.ts';
import { waitFor } from './wait-for.ts';

const PHRASE = secretPhrase('some phrase');
const token = (claims: object): string =>
  ['{"alg":"EdDSA","typ":"at+jwt"}', JSON.stringify(claims), 'a signature of some bytes']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
const OF_SOMEBODY = token({ sub: 'somebody' });
const REFRESH = `sb_rt_${'r'.repeat(43)}`;

/** Answers with what it is told, in one piece each. */
let pieces: readonly string[] = [];
const server = createServer((_request, response) => {
  void (async () => {
    for (const piece of pieces) {
      // One after the other, so that each comes by itself.
      const { promise, resolve } = Promise.withResolvers<void>();
      response.write(piece, () => setImmediate(resolve));
      await promise;
    }
    response.end();
  })();
});
const sockets = new WebSocketServer({ server });
sockets.on('connection', (socket) => socket.on('message', () => pieces.forEach((piece) => socket.send(piece))));
let url: string;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function seenWhenAnswered(...answer: string[]): Promise<readonly string[]> {
  pieces = answer;
  await (await fetch(url)).text();
  return takeSightings();
}

describe('in an answer', () => {
  test.for([
    ['a password', PHRASE],
    ['a hash', '$argon2id$v=19$m=19456,t=2,p=1$'],
    ['an access token', OF_SOMEBODY],
    ['a refresh token', `"token":"${REFRESH}"`],
    ['a mailed token', `sb_pr_${'p'.repeat(43)}`],
    ['the token of a card', '"tok_success"'],
  ] as const)('%s is seen, also in two pieces', async ([, secret]) => {
    const half = Math.floor(secret.length / 2);
    for (const answer of [[`{"x":"${secret}"}`], [`{"x":"${secret.slice(0, half)}`, `${secret.slice(half)}"}`]]) {
      expect(await seenWhenAnswered(...answer)).toHaveLength(1);
    }
  });

  test('tokens in the fields that hand them out, and what is permitted for a while, are not', async () => {
    const both = `{"accessToken":"${OF_SOMEBODY}","refreshToken":"${REFRESH}"}`;
    expect(await seenWhenAnswered(both)).toEqual([]);
    expect(await seenWhenAnswered(both.slice(0, 60), both.slice(60, 90), both.slice(90))).toEqual([]);
    {
      using _ = permit('secret of the tests', 'answer', 'to see that it works');
      expect(await seenWhenAnswered(PHRASE)).toEqual([]);
    }
    expect(await seenWhenAnswered(PHRASE)).toHaveLength(1);
  });

  test('the address of another is seen, and neither one’s own, nor one that was asked for, nor by who may read all', async () => {
    const [own, foreign] = [privateAddress(), privateAddress()];
    knowPerson({ id: 'somebody', email: own, role: { name: 'user' } });
    knowPerson({ id: 'administrator', email: privateAddress(), role: { name: 'admin' } });
    pieces = [JSON.stringify({ data: { emails: [own, foreign] } })];
    const seenBy = async (reader: string | null, asked = ''): Promise<number> => {
      await new GraphqlClient(url, reader).send(asked);
      return takeSightings().length;
    };
    expect(await seenBy(OF_SOMEBODY)).toBe(1);
    expect(await seenBy(OF_SOMEBODY, foreign)).toBe(0);
    expect(await seenBy(null, foreign)).toBe(1);
    expect(await seenBy(token({ sub: 'administrator' }))).toBe(0);
  });
});

test('in a frame of a socket a password is seen, and the address of another', async () => {
  pieces = [`{"type":"next","x":"${PHRASE}"}`, `{"type":"next","x":"${privateAddress()}"}`];
  await using socket = await TestSocket.open({ url });
  socket.send({ type: 'connection_init' });
  await waitFor(() => socket.messages.length === 2, { describe: 'the frames' });
  expect(takeSightings().map((sighting) => sighting.split(',')[0])).toEqual([
    'secret of the tests seen in frame',
    'address seen in frame',
  ]);
});

test('in a mail a password is seen, a token in one that has none to carry, and the address of another', async () => {
  await using sink = await startSmtpSink();
  const transport = createTransport({ url: sink.url, tls: { rejectUnauthorized: false } });
  const to = privateAddress();
  const send = async (subject: string, text: string): Promise<number> => {
    await transport.sendMail({ from: 'robot@example.com', to, subject, text, html: `<p>${text}</p>` });
    return takeSightings().length;
  };
  const link = `https://x/#token=sb_ev_${'e'.repeat(43)}`;
  expect(await send('Welcome', `Dear ${to}`)).toBe(0);
  expect(await send('Welcome', PHRASE)).toBe(1);
  expect(await send('Welcome', link)).toBe(1);
  expect(await send('Welcome', `as ${privateAddress()} does`)).toBe(1);
  expect(await send('Confirm your e-mail address for X', link)).toBe(0);
  transport.close();
});

test('in a line of the log, a password and anybody’s address are seen', async () => {
  await using app = await startTestApp();
  expect(takeSightings()).toEqual([]);
  const { securityLog } = app.app.services;
  securityLog.write('ACCESS_DENIED', { userId: PHRASE });
  securityLog.write('ACCESS_DENIED', { userId: privateAddress() });
  expect(takeSightings().map((sighting) => sighting.split(',')[0])).toEqual([
    'secret of the tests seen in log',
    'address seen in log',
  ]);
});

test('in what is sent to Redis a password is seen, where this process sends it and where another could', async () => {
  await using cleanup = new AsyncDisposableStack();
  const redis = cleanup.use(await createTestRedis());
  const client = new Redis(redis.url);
  await client.publish('channel', PHRASE);
  client.disconnect();
  await cleanup.disposeAsync();
  const seen = takeSightings().map((sighting) => sighting.split(':')[0]);
  expect(seen).toEqual([
    expect.stringMatching(/^secret of the tests seen in redis, sent to the Redis at port \d+$/),
    'secret of the tests seen in redis, sent to Redis',
  ]);
});
