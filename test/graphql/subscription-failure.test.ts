import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TRANSPORTS } from '../support/graphql-requests.ts';
import { SECRET } from '../support/sample-schema.ts';
import { startSample } from '../support/sample-transport.ts';
import type { SampleTransport } from '../support/sample-transport.ts';

let sample: SampleTransport;

beforeAll(async () => {
  sample = await startSample();
});
afterAll(async () => {
  await sample[Symbol.asyncDispose]();
});

describe.each(TRANSPORTS.filter(({ name }) => name !== 'http'))('over $name', ({ run }) => {
  test('a named failure of a running stream is its last result, with its details', async () => {
    const results = await run(sample, { query: 'subscription { lagging }' });
    expect(results).toMatchObject([
      { data: { lagging: 1 } },
      { errors: [{ message: 'Too slow.', extensions: { code: 'STREAM_LAGGING', resumeAfter: 'c1' } }] },
    ]);
  });

  test('an unexpected failure tells nothing', async () => {
    const results = await run(sample, { query: 'subscription { broken(after: 1) }' });
    expect(results).toMatchObject([
      { data: { broken: 1 } },
      { errors: [{ message: 'Unexpected error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] },
    ]);
    expect(JSON.stringify(results)).not.toContain(SECRET);
  });

  test('a subscription that is refused never starts', async () => {
    const results = await run(sample, { query: 'subscription { refusedAtStart }' });
    expect(results).toMatchObject([
      { errors: [{ message: 'No such cursor.', extensions: { code: 'CURSOR_INVALID' } }] },
    ]);
  });
});
