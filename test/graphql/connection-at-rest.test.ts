import { expect, test } from 'vitest';
import { post } from '../support/graphql-requests.ts';
import { startSample } from '../support/sample-transport.ts';

/** Of nginx, and of most load balancers in front of a server. */
const LOAD_BALANCERS_KEEP_S = 60;

test('a connection at rest is kept for longer than load balancers keep theirs', async () => {
  await using sample = await startSample();
  const { headers } = await post(sample, { query: '{ __typename }' });
  const [, seconds] = /^timeout=(\d+)$/.exec(headers.get('keep-alive') ?? '') ?? [];
  expect(Number(seconds)).toBeGreaterThan(LOAD_BALANCERS_KEEP_S);
});
