import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRedis } from '../../src/event-bus/redis-connection.ts';
import { silentLogger } from '../event-store/sample-database.ts';
import { bootstrap, createUser } from '../support/factories.ts';
import { EventFollower } from '../support/event-follower.ts';
import { BEFORE_A_LOOK_MS, HINTS_ALONE } from '../support/hints-alone.ts';
import { type RedisServer, startInstalledRedis } from '../support/redis-server.ts';
import { withRedis } from '../support/redis-client.ts';
import { ScriptedChanges } from '../support/scripted-changes.ts';
import { createTestAuthority, type ServerCertificate, type TestAuthority } from '../support/test-authority.ts';
import { createDeployment, type TestDeployment, type TestNode } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

const PASSWORD = 'not-for-the-wire';
const SETTINGS = { requirepass: PASSWORD, save: '""', loglevel: 'warning' };
/** Each starts nodes of its own. */
const LONG = { timeout: 90_000 };

let authority: TestAuthority;
let stranger: TestAuthority;
let certificate: ServerCertificate;
let redis: RedisServer;
let deployment: TestDeployment;
beforeAll(async () => {
  [authority, stranger] = [await createTestAuthority(), await createTestAuthority()];
  certificate = await authority.certify('IP:127.0.0.1');
  redis = await startInstalledRedis(PASSWORD, SETTINGS, { certificate });
  deployment = await createDeployment();
});
afterAll(async () => {
  await deployment[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
  await stranger[Symbol.asyncDispose]();
  await authority[Symbol.asyncDispose]();
});

const logged = (node: TestNode, message: string) =>
  node.logs
    .map((line) => JSON.parse(line) as { msg: string; level: string | number; code?: string; error?: string })
    .filter(({ msg }) => msg.startsWith(message));

/** The one that asks included. */
async function clientsOf(server: RedisServer): Promise<readonly string[]> {
  const list = await withRedis(server.url, (client) => client.call('CLIENT', 'LIST'), {
    tls: { ca: certificate.authority },
  });
  return String(list).trim().split('\n');
}

test('nodes hear each other over TLS with a server whose authority the configuration names', LONG, async () => {
  const env = { REDIS_URL: redis.url, SIGNALBOX_REDIS_CA_FILE: authority.file };
  await using writing = await deployment.startNode(env);
  await using serving = await deployment.startNode({ ...env, ...HINTS_ALONE });
  const { client: admin } = await bootstrap(serving.client, serving.app.bootstrapToken ?? '');
  await waitFor(() => [writing, serving].every((node) => node.app.bus.hints.healthy), { describe: 'both to listen' });
  await using follower = await EventFollower.open(admin, { after: null });
  const changes = new ScriptedChanges(admin.at(writing.url));
  const person = await createUser(admin.at(writing.url));
  for (let round = 0; round < 3; round++) {
    await changes.rename(person, 1);
    await follower.untilEvent(changes.lastEvent, BEFORE_A_LOOK_MS);
  }
  const named = (await clientsOf(redis)).filter((line) => line.includes('name=signalbox'));
  expect(named.length).toBeGreaterThanOrEqual(4);
});

test.for([
  ['of another authority', 'IP:127.0.0.1', 'stranger', 'SELF_SIGNED_CERT_IN_CHAIN'],
  ['of an authority that nobody named', 'IP:127.0.0.1', null, 'SELF_SIGNED_CERT_IN_CHAIN'],
  ['of another server', 'DNS:cache.example', 'authority', 'ERR_TLS_CERT_ALTNAME_INVALID'],
] as const)(
  'a certificate %s is refused with an error that says so, and the node serves without Redis',
  LONG,
  async ([, name, file, code]) => {
    await using server = await startInstalledRedis(PASSWORD, SETTINGS, { certificate: await authority.certify(name) });
    const files = { authority: authority.file, stranger: stranger.file };
    const named = file === null ? {} : { SIGNALBOX_REDIS_CA_FILE: files[file] };
    await using node = await deployment.startNode({ REDIS_URL: server.url, ...named });
    const message = 'Redis shows a certificate that is not trusted';
    await waitFor(() => logged(node, message).length > 0, { describe: 'the error' });

    const [line] = logged(node, message);
    expect(line?.code).toBe(code);
    expect(line?.msg).toContain('SIGNALBOX_REDIS_CA_FILE');
    expect(node.app.bus.hints.healthy).toBe(false);
    expect((await fetch(new URL('/health/ready', node.url))).status).toBe(200);
    expect(node.logs.join('\n')).not.toContain(PASSWORD);
  },
);

test('a server that does not speak TLS is never spoken to without', LONG, async () => {
  const heard: Buffer[] = [];
  const plain = createServer((socket) => {
    socket.on('error', () => undefined);
    // As a server of another protocol would answer.
    socket.once('data', (bytes) => {
      heard.push(bytes);
      socket.end('-ERR unknown command\r\n');
    });
  }).listen(0, '127.0.0.1');
  await once(plain, 'listening');
  const url = `rediss://:${PASSWORD}@127.0.0.1:${(plain.address() as AddressInfo).port}`;
  {
    await using node = await deployment.startNode({ REDIS_URL: url, SIGNALBOX_REDIS_CA_FILE: authority.file });
    await waitFor(() => heard.length >= 6, { describe: 'some attempts' });
    expect(node.app.bus.hints.healthy).toBe(false);
  }
  plain.close();
  const HANDSHAKE = 0x16;
  expect(heard.map((bytes) => bytes[0])).toEqual(heard.map(() => HANDSHAKE));
  expect(Buffer.concat(heard).includes(PASSWORD)).toBe(false);
});

test('a process that stops during a handshake, with whomever, is not ended by it', async () => {
  await using server = await startInstalledRedis(PASSWORD, SETTINGS, { certificate });
  for (const [index, caFile] of [authority.file, stranger.file, null].entries()) {
    for (let turns = 0; turns < 8; turns++) {
      const config = { kind: 'single', urls: [server.url], caFile, identity: null } as const;
      const client = openRedis(config, index % 2 === 0 ? 'subscriber' : 'commands', silentLogger);
      for (let turn = 0; turn < turns; turn++) await nextTurn();
      client.disconnect();
      // What nobody handles ends the run of these tests.
      await waitFor(async () => (await clientsOf(server)).length === 1, { describe: 'the end of the connection' });
    }
  }
  expect((await clientsOf(server)).length).toBe(1);
});

test('without the file that it names the program does not start', async () => {
  const start = deployment.startNode({ REDIS_URL: redis.url, SIGNALBOX_REDIS_CA_FILE: '/nowhere/ca.pem' });
  await expect(start).rejects.toThrow('SIGNALBOX_REDIS_CA_FILE must name a file of certificates');
});
