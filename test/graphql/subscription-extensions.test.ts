import { expect, test } from 'vitest';
import { TRANSPORTS } from '../support/graphql-requests.ts';
import { startSample } from '../support/sample-transport.ts';

test.each(TRANSPORTS.filter(({ name }) => name !== 'http'))(
  'over $name each result carries the extensions that its event left in the context',
  async ({ run }) => {
    await using sample = await startSample();
    expect(await run(sample, { query: 'subscription { marked }' })).toEqual([
      { data: { marked: 1 }, extensions: { stream: { cursor: 'c1' } } },
      { data: { marked: 2 }, extensions: { stream: { cursor: 'c2' } } },
    ]);
  },
);
