import { expect, test } from 'vitest';
import { post, TRANSPORTS } from '../support/graphql-requests.ts';
import { startSample } from '../support/sample-transport.ts';

test('the same document gives each caller its own answer, in whatever order they come', async () => {
  await using sample = await startSample();
  const callers = ['ann', null, 'bob', 'ann', null];
  const answers = [];
  for (const caller of callers) {
    for (const { run } of TRANSPORTS) {
      answers.push(
        ...(await run(sample, { query: 'query Mine { me }' }, caller === null ? undefined : `Bearer good-${caller}`)),
      );
    }
  }
  expect(answers).toEqual(callers.flatMap((me) => TRANSPORTS.map(() => ({ data: { me } }))));
});

test('a document that another caller may run does not admit who is refused', async () => {
  await using sample = await startSample();
  const query = 'query Mine { me }';
  await post(sample, { query }, { authorization: 'Bearer good-ann' });
  const refused = await post(sample, { query }, { authorization: 'Bearer bad' });
  expect(refused.body.data).toBeUndefined();
  expect(refused.body.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
});

test('the limits of a document’s cost are taken anew for each request', async () => {
  await using sample = await startSample();
  const query = 'query ($n: Int) { things(first: $n) { edges { node { id } } } }';
  for (const { run } of TRANSPORTS) {
    expect(await run(sample, { query, variables: { n: 10 } })).toEqual([{ data: { things: { edges: [] } } }]);
    const [refused] = await run(sample, { query, variables: { n: 10_000 } });
    expect(refused?.errors?.[0]?.message).toMatch(/costs/);
  }
});
