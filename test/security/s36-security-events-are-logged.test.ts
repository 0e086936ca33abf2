import { afterAll, beforeAll, expect, test } from 'vitest';
import { secretPhrase } from '../support/canaries.ts';
import { createUser, mutate, PASSWORD, signedInUser, succeed } from '../support/factories.ts';
import { TestSocket, TRANSPORTS } from '../support/graphql-requests.ts';
import { securityLines } from '../support/security-lines.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

const linesOf = (event: string) => securityLines(app.logs, event);

test('a refused sign-in is a line with why, from where, and whose account, if anybody’s; never with what was typed', async () => {
  const user = await createUser(app.admin.client, { password: PASSWORD });
  await mutate(app.client, 'login', { input: { email: user.email, password: secretPhrase('typed by mistake') } });
  await mutate(app.client, 'login', { input: { email: 'typed.password@example.com', password: PASSWORD } });

  const [known, unknown] = linesOf('SIGN_IN_FAILED').slice(-2);
  expect(known).toMatchObject({ level: 'info', userId: user.id, reason: 'WRONG_PASSWORD', ipAddress: '127.0.0.1' });
  expect(unknown).toMatchObject({ userId: null, reason: 'UNKNOWN_ACCOUNT' });
  expect(app.logs.join('')).not.toMatch(/typed by mistake|typed\.password/);
});

test('sign-ins, sign-outs, changed passwords, granted rights and the like are lines as they enter the audit log', async () => {
  const person = await signedInUser(app.admin.client);
  await succeed(person.client, 'logout');
  const actions = () =>
    linesOf('AUDITED')
      .filter(({ resourceId }) => resourceId === person.user.id)
      .map(({ action }) => action);
  await waitFor(() => actions().includes('LOGOUT'), { describe: 'the sign-out in the log' });
  expect(actions()).toEqual(['CREATE', 'COMPLETE', 'LOGIN', 'LOGOUT']);
});

test.each(TRANSPORTS)('over $name a denial is a line with who asked for what', async ({ run, name }) => {
  const person = await signedInUser(app.admin.client);
  const before = linesOf('ACCESS_DENIED').length;
  const authorization = `Bearer ${person.accessToken}`;
  await run(app, { query: '{ me { id } people: users { totalCount } }' }, authorization);
  expect(linesOf('ACCESS_DENIED').slice(before)).toMatchObject([{ userId: person.user.id, paths: ['people'] }]);

  const refused = linesOf('TOKEN_REFUSED').length;
  await succeed(person.client, 'logout');
  if (name === 'websocket') {
    await using socket = await TestSocket.open(app);
    socket.send({ type: 'connection_init', payload: { authorization } });
    await socket.untilClosed();
  } else {
    await run(app, { query: '{ me { id } }' }, authorization);
  }
  expect(linesOf('TOKEN_REFUSED').slice(refused)).toMatchObject([{ reason: 'SESSION_ENDED', transport: name }]);
});

test('what may not be had writes no event: who is refused cannot fill the log', async () => {
  const person = await signedInUser(app.admin.client);
  const count = async () => (await app.sql<{ count: number }>('select count(*)::int as count from event'))[0]?.count;
  const before = await count();
  for (let attempt = 0; attempt < 20; attempt++) await person.client.codeOf('{ users { totalCount } }');
  expect(await count()).toBe(before);
});
