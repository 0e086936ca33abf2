import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildSchema } from '../../src/schema.ts';
import { harmlessArguments, operationOf, rootFields } from '../support/schema-walk.ts';
import { openEventStream } from '../support/event-stream-client.ts';
import type { ShownResult } from '../support/graphql-requests.ts';
import { countEvents } from '../support/stored-log.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

/** What anybody may ask for; every other field of the schema wants somebody. */
const PUBLIC = new Set([
  'me',
  'maintenance',
  'login',
  'register',
  'bootstrapAdministrator',
  'refreshSession',
  'requestPasswordReset',
  'resetPassword',
  'verifyEmail',
]);

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

const fields = rootFields(buildSchema()).map((root) => ({ name: root.field.name, kind: root.kind, root }));

test.for(fields.filter(({ name }) => !PUBLIC.has(name)))(
  'the $kind $name answers UNAUTHENTICATED to nobody',
  async ({ root }) => {
    const before = await countEvents(app.sql);
    const operation = operationOf(root, harmlessArguments(root));
    const results: ShownResult[] = [];
    let ended = false;
    const sink = { result: (result: ShownResult) => results.push(result), ended: () => (ended = true) };
    const stream = await openEventStream(app.client, { ...operation, variables: { ...operation.variables } }, sink);
    await waitFor(() => ended, { describe: 'the answer' });
    await stream.leave();

    expect(results.map(({ data, errors }) => [data ?? null, errors?.map(({ extensions }) => extensions.code)])).toEqual(
      [
        [
          expect.toSatisfy(
            (data: ShownResult['data']) => data == null || Object.values(data).every((value) => value === null),
          ),
          ['UNAUTHENTICATED'],
        ],
      ],
    );
    expect(await countEvents(app.sql)).toBe(before);
  },
);

test('the public fields are those of the list', async () => {
  const open = [];
  for (const { name, root } of fields.filter(({ kind }) => kind !== 'subscription')) {
    const { query, variables } = operationOf(root, harmlessArguments(root));
    if ((await app.client.codeOf(query, variables)) !== 'UNAUTHENTICATED') open.push(name);
  }
  expect(new Set(open)).toEqual(PUBLIC);
});
