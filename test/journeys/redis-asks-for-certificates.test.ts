import { afterAll, beforeAll, expect, test } from 'vitest';
import { bootstrap } from '../support/factories.ts';
import { EventFollower } from '../support/event-follower.ts';
import { BEFORE_A_LOOK_MS, HINTS_ALONE } from '../support/hints-alone.ts';
import { type RedisServer, startInstalledRedis } from '../support/redis-server.ts';
import { ScriptedChanges } from '../support/scripted-changes.ts';
import { createTestAuthority, type TestAuthority } from '../support/test-authority.ts';
import { createDeployment, type TestDeployment } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

const PASSWORD = 'not-for-the-wire';
/** Each starts nodes of its own. */
const LONG = { timeout: 90_000 };

let authority: TestAuthority;
let stranger: TestAuthority;
let redis: RedisServer;
let deployment: TestDeployment;
beforeAll(async () => {
  [authority, stranger] = [await createTestAuthority(), await createTestAuthority()];
  redis = await startInstalledRedis(
    PASSWORD,
    { requirepass: PASSWORD, save: '""', loglevel: 'warning' },
    { certificate: await authority.certify('IP:127.0.0.1'), asksForCertificates: true },
  );
  deployment = await createDeployment();
});
afterAll(async () => {
  await deployment[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
  await stranger[Symbol.asyncDispose]();
  await authority[Symbol.asyncDispose]();
});

const variables = (files: { readonly certFile: string; readonly keyFile: string } | null) => ({
  REDIS_URL: redis.url,
  SIGNALBOX_REDIS_CA_FILE: authority.file,
  ...(files && { SIGNALBOX_REDIS_CERT_FILE: files.certFile, SIGNALBOX_REDIS_KEY_FILE: files.keyFile }),
});

test('nodes that show a certificate hear each other over a Redis that asks for one', LONG, async () => {
  const env = variables(await authority.identify());
  await using writing = await deployment.startNode(env);
  await using serving = await deployment.startNode({ ...env, ...HINTS_ALONE });
  const { client: admin } = await bootstrap(serving.client, serving.app.bootstrapToken ?? '');
  await waitFor(() => [writing, serving].every((node) => node.app.bus.hints.healthy), { describe: 'both to listen' });
  await using follower = await EventFollower.open(admin, { after: null });
  const changes = new ScriptedChanges(admin.at(writing.url));
  const person = await changes.create();
  for (let round = 0; round < 3; round++) {
    await changes.rename(person, 1);
    await follower.untilEvent(changes.lastEvent, BEFORE_A_LOOK_MS);
  }
  expect([writing, serving].every((node) => node.app.bus.hints.healthy)).toBe(true);
});

test.for(['none', 'one of another authority'] as const)(
  'a node that shows %s is refused, says so, and serves without Redis',
  LONG,
  async (what) => {
    await using node = await deployment.startNode(variables(what === 'none' ? null : await stranger.identify()));
    const errors = () => node.logs.filter((line) => line.includes('Redis refuses this process for its certificate'));
    await waitFor(() => errors().length > 0, { describe: 'the error' });

    expect(errors()[0]).toContain('SIGNALBOX_REDIS_CERT_FILE');
    expect(node.logs.join('\n')).not.toContain('Redis shows a certificate that is not trusted');
    expect(node.app.bus.hints.healthy).toBe(false);
    expect((await fetch(new URL('/health/ready', node.url))).status).toBe(200);
  },
);

test('without the files that it names, or with those of two, the program does not start', async () => {
  const [files, others] = [await authority.identify(), await stranger.identify()];
  const starting = (changed: Partial<typeof files>) => deployment.startNode(variables({ ...files, ...changed }));
  await expect(starting({ certFile: '/nowhere' })).rejects.toThrow('SIGNALBOX_REDIS_CERT_FILE must name a file');
  await expect(starting({ keyFile: '/nowhere' })).rejects.toThrow('SIGNALBOX_REDIS_KEY_FILE must name the file');
  await expect(starting({ keyFile: files.certFile })).rejects.toThrow('SIGNALBOX_REDIS_KEY_FILE must name the file');
  await expect(starting({ keyFile: others.keyFile })).rejects.toThrow('the private key of the first certificate');
});
