import { expect, test } from 'vitest';
import { mutate, PASSWORD, personInput, signIn } from '../../support/factories.ts';
import { createDeployment, type TestNode } from '../../support/test-app.ts';

const bootstrapWith = (node: TestNode, token: string) =>
  mutate(node.client, 'bootstrapAdministrator', { token, input: { ...personInput(), password: PASSWORD } });

async function administrators(node: TestNode): Promise<number> {
  const rows = await node.sql(`select 1 from app_user u join role r on r.id = u.role_id where r.name = 'admin'`);
  return rows.length;
}

test('the printed token makes one administrator, once', async () => {
  await using deployment = await createDeployment();
  await using node = await deployment.startNode();
  const token = node.app.bootstrapToken ?? '';
  const wrong = `${token.slice(0, -4)}AAAA`;

  for (const text of [wrong, '', 'x', token.toUpperCase()]) {
    expect(await bootstrapWith(node, text)).toMatchObject({ __typename: 'InvalidTokenError' });
  }
  expect(await bootstrapWith(node, token)).toMatchObject({ user: { role: { name: 'admin' }, isActive: true } });
  expect(await bootstrapWith(node, token)).toMatchObject({ __typename: 'InvalidTokenError' });
  expect(await administrators(node)).toBe(1);
  expect(await node.sql('select 1 from bootstrap_token')).toEqual([]);
});

test('of two who present the token at the same time, on two nodes, one becomes administrator', async () => {
  await using deployment = await createDeployment();
  await using first = await deployment.startNode();
  await using second = await deployment.startNode();
  const token = second.app.bootstrapToken ?? '';
  const answers = await Promise.all([first, second, first, second].map((node) => bootstrapWith(node, token)));

  expect(answers.map(({ __typename }) => __typename).sort()).toEqual([
    'BootstrapAdministratorPayload',
    'InvalidTokenError',
    'InvalidTokenError',
    'InvalidTokenError',
  ]);
  expect(await administrators(first)).toBe(1);
});

test('a refused administrator leaves the token as it was', async () => {
  await using deployment = await createDeployment();
  await using node = await deployment.startNode();
  const token = node.app.bootstrapToken ?? '';
  const input = { ...personInput(), password: 'password' };

  expect(await mutate(node.client, 'bootstrapAdministrator', { token, input })).toMatchObject({
    __typename: 'ValidationError',
  });
  expect(await bootstrapWith(node, token)).toMatchObject({ __typename: 'BootstrapAdministratorPayload' });
});

test('the environment names the first administrator; nodes that start together make one, and no token', async () => {
  await using deployment = await createDeployment();
  const env = { SIGNALBOX_BOOTSTRAP_EMAIL: 'first@example.com', SIGNALBOX_BOOTSTRAP_PASSWORD: PASSWORD };
  const nodes = await Promise.all([deployment.startNode(env), deployment.startNode(env)]);
  await using cleanup = new AsyncDisposableStack();
  for (const node of nodes) cleanup.use(node);

  expect(nodes.map(({ app }) => app.bootstrapToken)).toEqual([null, null]);
  const [node] = nodes;
  if (!node) throw new Error('There is no node.');
  expect(await administrators(node)).toBe(1);
  expect((await signIn(node.client, 'first@example.com')).user.role.name).toBe('admin');
  // Who knows a changed variable later gets nothing by it.
  await using later = await deployment.startNode({ ...env, SIGNALBOX_BOOTSTRAP_EMAIL: 'later@example.com' });
  expect(await administrators(later)).toBe(1);
});
