import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { secretPhrase } from '../support/canaries.ts';
import { bootstrap, createUser, mutate, personInput, signIn } from '../support/factories.ts';
import { EventFollower } from '../support/event-follower.ts';
import { GraphqlClient } from '../support/graphql-client.ts';
import { withPostgres } from '../support/postgres-client.ts';
import { readMail } from '../support/read-mail.ts';
import { watchRedis } from '../support/redis-traffic.ts';
import { SignalboxProcess } from '../support/signalbox-process.ts';
import { createDeployment } from '../support/test-app.ts';
import { readTables } from '../support/table-rows.ts';
import { waitFor } from '../support/wait-for.ts';

const PASSWORDS = {
  first: secretPhrase('of the first'),
  second: secretPhrase('of the second'),
  changed: secretPhrase('that was new'),
  reset: secretPhrase('of the reset'),
  wrong: secretPhrase('that is wrong'),
  weak: 'canary7',
};

/** Where a secret must not be, as text. The printed bootstrap token is for whoever started the server alone. */
interface Traces {
  readonly events: string;
  readonly answers: string;
  readonly log: string;
  readonly redis: string;
  readonly streamed: string;
  readonly database: string;
}

const secrets = new Map<string, string>();
let traces: Traces;

async function hashesIn(databaseUrl: string): Promise<string[]> {
  return withPostgres(databaseUrl, async (client) => {
    const { rows } = await client.query<{ hash: string }>(
      `select password_hash as hash from app_user where password_hash is not null
       union all select hash from refresh_token union all select hash from account_token`,
    );
    return rows.map(({ hash }) => hash);
  });
}

async function resetTokenIn(folder: string): Promise<string | false> {
  const name = (await readdir(folder)).find((file) => file.includes('reset-password'));
  if (!name) return false;
  return /#token=(\S+)/.exec(readMail(await readFile(join(folder, name), 'utf8')).text)?.[1] ?? false;
}

beforeAll(async () => {
  await using deployment = await createDeployment();
  const { DATABASE_URL = '', REDIS_URL = '' } = deployment.env;
  await using traffic = await watchRedis(REDIS_URL);
  await using server = await SignalboxProcess.start({ ...deployment.env, LOG_LEVEL: 'debug' });
  const answers: string[] = [];
  const client = new GraphqlClient(server.url ?? '', null, answers);
  for (const [name, password] of Object.entries(PASSWORDS)) secrets.set(`password ${name}`, password);
  const bootstrapToken = await server.bootstrapToken();
  secrets.set('bootstrap token', bootstrapToken);

  const admin = await bootstrap(client, bootstrapToken, PASSWORDS.first);
  await mutate(client, 'bootstrapAdministrator', {
    token: bootstrapToken,
    input: { ...personInput(), password: PASSWORDS.second },
  });
  const user = await createUser(admin.client, { password: PASSWORDS.second });
  await mutate(admin.client, 'createUser', {
    input: { ...personInput(), password: PASSWORDS.second },
    idempotencyKey: 'once',
  });
  await mutate(client, 'login', { input: { email: user.email, password: PASSWORDS.wrong } });
  await mutate(client, 'register', { input: { ...personInput(), password: PASSWORDS.weak } });
  await mutate(client, 'register', { input: { ...personInput({ email: user.email }), password: PASSWORDS.second } });
  const session = await signIn(client, user.email, PASSWORDS.second);
  const refreshed = await mutate(client, 'refreshSession', { input: { refreshToken: session.refreshToken } });
  await mutate(client, 'refreshSession', { input: { refreshToken: refreshed.refreshToken } });
  await mutate(client, 'refreshSession', { input: { refreshToken: session.refreshToken } });
  const again = await signIn(client, user.email, PASSWORDS.second);
  const change = (currentPassword: string) =>
    mutate(again.client, 'changePassword', { input: { currentPassword, newPassword: PASSWORDS.changed } });
  await change(PASSWORDS.wrong);
  await change(PASSWORDS.second);
  await mutate(client, 'requestPasswordReset', { email: user.email });
  const folder = join(deployment.env['SIGNALBOX_DATA_DIR'] ?? '', 'mail');
  const mailed = await waitFor(() => resetTokenIn(folder), { describe: 'the mail with the token' });
  secrets.set('mailed token', mailed);
  await mutate(client, 'resetPassword', { input: { token: mailed, newPassword: PASSWORDS.weak } });
  await mutate(client, 'resetPassword', { input: { token: mailed, newPassword: PASSWORDS.reset } });
  await mutate(client, 'resetPassword', { input: { token: mailed, newPassword: PASSWORDS.reset } });
  await mutate(client, 'verifyEmail', { token: mailed });
  for (const token of [
    admin.accessToken,
    admin.refreshToken,
    session.accessToken,
    session.refreshToken,
    refreshed.accessToken,
    refreshed.refreshToken,
    again.accessToken,
  ]) {
    if (token !== undefined) secrets.set(`token ${secrets.size}`, token);
  }
  // Requests that fail in as many ways as there are, with the secret in the place that fails.
  for (const secret of [PASSWORDS.second, again.accessToken, again.refreshToken]) {
    await client.send(`mutation { login(input: { email: "${secret}", password: 7 }) { __typename } }`);
    await client.send('mutation ($input: LoginInput!) { login(input: $input) { __typename } }', {
      input: { email: 'x', password: [secret] },
    });
    await client.send('mutation ($input: LoginInput!) { login(input: $input) { __typename } }', {
      input: { email: 'x', [secret.slice(0, 8)]: secret },
    });
    await client.send(`query { ${secret}`);
    await client.as(secret).send('{ me { id } }');
    await fetch(server.url ?? '', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"query": "${secret}`,
    });
  }
  for (const hash of await hashesIn(DATABASE_URL)) secrets.set(`hash ${secrets.size}`, hash);

  await using follower = await EventFollower.open(admin.client);
  const tables = await withPostgres(DATABASE_URL, (database) =>
    readTables(async (text) => (await database.query(text)).rows as never[]),
  );
  const stored = tables.get('event') ?? [];
  await follower.untilReceived(stored.length);
  server.signal('SIGTERM');
  await server.untilEnded();
  await waitFor(() => traffic.text.includes('publish'), { describe: 'the traffic with Redis' });
  traces = {
    events: stored.join('\n'),
    // An answer that hands out a token holds it once, in its field; that one place is cut out.
    answers: answers.map((answer) => answer.replaceAll(/"(accessToken|refreshToken)":"[^"]*"/g, '')).join('\n'),
    log: server.stdout + server.stderr.replace(bootstrapToken, ''),
    redis: traffic.text,
    streamed: JSON.stringify(follower.received),
    // Where the hashes belong; nothing else belongs anywhere.
    database: [...tables].flatMap(([, rows]) => rows).join('\n'),
  };
}, 60_000);
afterAll(() => secrets.clear());

test.for(['events', 'answers', 'log', 'redis', 'streamed', 'database'] as const)(
  'no secret is found in the %s',
  (place) => {
    expect(traces[place].length).toBeGreaterThan(500);
    const sought = [...secrets].filter(([name]) => place !== 'database' || !name.startsWith('hash'));
    const found = sought.filter(([, secret]) => traces[place].includes(secret)).map(([name]) => name);
    expect(found).toEqual([]);
  },
);

test('the canaries are those of a whole life: passwords, their hashes, tokens of every kind and the hashes of theirs', () => {
  const kinds = [...secrets.keys()].map((name) => name.split(' ')[0]);
  expect(kinds.filter((kind) => kind === 'token').length).toBe(7);
  expect(kinds.filter((kind) => kind === 'hash').length).toBeGreaterThanOrEqual(8);
});
