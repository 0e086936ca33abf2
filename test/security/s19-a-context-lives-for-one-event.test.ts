import { expect, test } from 'vitest';
import { type CoreServices, type ModuleServices, renewContext } from '../../src/graphql/context.ts';
import type { ContextRequest } from '../../src/graphql/context-request.ts';
import { createRequestContext } from '../../src/graphql/request-context.ts';
import { UserType } from '../../src/modules/users/user.type.ts';
import { createUser, succeed } from '../support/factories.ts';
import { startTestApp } from '../support/test-app.ts';

test('what a subscription loaded for one event is not what it shows for the next', async () => {
  await using app = await startTestApp();
  const user = await createUser(app.admin.client, { firstName: 'Before' });
  const viewer = { userId: user.id, sessionId: user.id, roleName: 'user', permissions: new Set<string>() };
  const context = await createRequestContext({
    request: { isQuery: false } as ContextRequest,
    core: { database: app.app.database } as CoreServices,
    services: {} as ModuleServices,
    caller: { find: async () => ({ viewer, lastsMs: Number.POSITIVE_INFINITY }) },
  });
  const load = async () => (await UserType.getDataloader(context).load(user.id)).firstName;
  expect(await load()).toBe('Before');
  const [loader, em] = [UserType.getDataloader(context), context.em];
  await succeed(app.admin.client, 'updateUser', { id: user.id, input: { firstName: 'After' } });

  renewContext(context, null, { stream: 1 });
  expect(await load()).toBe('After');
  expect(UserType.getDataloader(context)).not.toBe(loader);
  expect(context.em).not.toBe(em);
  expect(context.viewer).toBeNull();
});
