import { expect, test } from 'vitest';
import { createUser } from '../../support/factories.ts';
import { type Backend, startTestApp } from '../../support/test-app.ts';
import { tokenOf, userNumbers } from './statistics-client.ts';

const TOKEN = '... on MutationPayload { consistencyToken }';
const UPDATE = `mutation ($id: ID!, $name: String!) { updateUser(id: $id, input: { firstName: $name }) { ${TOKEN} } }`;
const ACTIVATE = `mutation ($id: ID!) { activateUser(id: $id) { ${TOKEN} } }`;
const DEACTIVATE = `mutation ($id: ID!) { deactivateUser(id: $id) { ${TOKEN} } }`;
const DELETE = `mutation ($id: ID!) { deleteUser(id: $id) { ${TOKEN} } }`;

test.for<Backend>(['postgres', 'embedded'])(
  'the numbers are right after every change of an account, deletions of inactive ones among them, on %s',
  async (backend) => {
    await using app = await startTestApp({ backend });
    const { client } = app.admin;
    const run = async (mutation: string, variables: object): Promise<number[]> =>
      userNumbers(client, await tokenOf(client, mutation, { ...variables }));
    const [first, second] = [await createUser(client), await createUser(client)];
    // Of the administrator and these two.
    expect(await run(UPDATE, { id: first.id, name: 'Grace' })).toEqual([3, 3, 0, 3]);
    expect(await run(DEACTIVATE, { id: first.id })).toEqual([3, 2, 1, 3]);
    expect(await run(UPDATE, { id: first.id, name: 'Barbara' })).toEqual([3, 2, 1, 3]);
    expect(await run(DEACTIVATE, { id: second.id })).toEqual([3, 1, 2, 3]);
    expect(await run(DELETE, { id: first.id })).toEqual([2, 1, 1, 2]);
    expect(await run(ACTIVATE, { id: second.id })).toEqual([2, 2, 0, 2]);
    expect(await run(DELETE, { id: second.id })).toEqual([1, 1, 0, 1]);
  },
);
