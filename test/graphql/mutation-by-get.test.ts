import { expect, test } from 'vitest';
import { startSample } from '../support/sample-transport.ts';

test.each([true, false])('no operation runs by GET (production: %s)', async (production) => {
  await using sample = await startSample({ production });
  for (const query of ['{ hello }', 'mutation { greet }']) {
    const response = await fetch(`${sample.url}?query=${encodeURIComponent(query)}`);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST, OPTIONS');
    expect(await response.text()).not.toContain('Hello');
  }
  expect(sample.probe.contexts).toBe(0);
});
