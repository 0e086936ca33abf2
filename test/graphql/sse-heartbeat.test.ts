import { expect, test } from 'vitest';
import { OpenStream } from '../support/graphql-requests.ts';
import { startSample } from '../support/sample-transport.ts';
import { waitFor } from '../support/wait-for.ts';

test('a quiet event stream sends comments, so that nothing between takes it for dead', async () => {
  await using sample = await startSample({ keepAliveMs: 20 });
  await using stream = await OpenStream.open(sample, { query: 'subscription { silent }' });
  await waitFor(() => stream.text.split(':\n\n').length > 3, { describe: 'some heartbeats' });
  expect(stream.text.replaceAll(':\n\n', '')).toBe('');
  expect(stream.headers.get('content-type')).toBe('text/event-stream');
  expect(stream.headers.get('cache-control')).toBe('no-store');
  expect(stream.headers.get('content-encoding')).toBeNull();
});
