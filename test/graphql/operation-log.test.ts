import { expect, test } from 'vitest';
import { post, TRANSPORTS } from '../support/graphql-requests.ts';
import { startSample } from '../support/sample-transport.ts';
import { waitFor } from '../support/wait-for.ts';

const CANARY = 'canary-in-the-request';

test.each(TRANSPORTS)('over $name each operation is one line without its text or variables', async ({ name, run }) => {
  await using sample = await startSample();
  const query = `query Named($n: String) { hello(name: $n) other: hello(name: "${CANARY}") forbidden }`;
  const authorization = 'Bearer good-canary';
  const [result] = await run(sample, { query, variables: { n: CANARY }, operationName: 'Named' }, authorization);
  const lines = sample.logs.filter(({ msg }) => msg === 'operation');
  expect(lines).toMatchObject([
    {
      operation: 'Named',
      type: 'query',
      transport: name,
      code: 'FORBIDDEN',
      durationMs: expect.any(Number) as unknown,
      requestId: result?.errors?.[0]?.extensions.requestId,
    },
  ]);
  expect(JSON.stringify(sample.logs)).not.toContain('canary');
});

test('a subscription is one line when it is over, with the number of its events', async () => {
  await using sample = await startSample();
  await TRANSPORTS[1]?.run(sample, { query: 'subscription Numbers { count(to: 3) }' });
  await waitFor(() => sample.logs.length > 0, { describe: 'the line' });
  expect(sample.logs).toMatchObject([
    { operation: 'Numbers', type: 'subscription', transport: 'sse', code: 'OK', events: 3 },
  ]);
});

test('an operation name that is no name of the document is not logged', async () => {
  await using sample = await startSample();
  await post(sample, { query: 'query A { hello }', operationName: 'B\r\n\u001b[31mforged' });
  expect(sample.logs).toMatchObject([{ operation: null, code: 'BAD_USER_INPUT' }]);
});

test('a refused request is one line too', async () => {
  await using sample = await startSample();
  const answer = await post(sample, '[]');
  expect(sample.logs).toMatchObject([
    { msg: 'request refused', status: 400, code: 'BAD_USER_INPUT', requestId: answer.headers.get('x-request-id') },
  ]);
});
