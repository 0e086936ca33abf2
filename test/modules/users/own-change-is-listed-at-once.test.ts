import { expect, test } from 'vitest';
import { createUser } from '../../support/factories.ts';
import { USERS } from '../../support/operations.ts';
import { startTestApp } from '../../support/test-app.ts';

interface UserList {
  readonly users: {
    readonly edges: readonly { readonly node: { readonly id: string } }[];
    readonly totalCount: number;
  };
}

test('a list shows what its node has acknowledged', async () => {
  await using app = await startTestApp();
  const { client } = app.admin;
  const listed = async (): Promise<UserList['users']> => (await client.ask<UserList>(USERS)).users;
  const before = (await listed()).totalCount;

  for (let number = 1; number <= 15; number++) {
    const user = await createUser(client);
    const list = await listed();
    expect(list.edges[0]?.node.id).toBe(user.id);
    expect(list.totalCount).toBe(before + number);
    expect(await listed()).toEqual(list);
  }
});
