import { expect, test } from 'vitest';
import { type SampleTransport, startSample } from '../support/sample-transport.ts';

const TOKEN = 'a token of the metrics';
const expose = async (connections: number) => ({
  contentType: 'text/plain; version=0.0.4',
  text: `open ${connections}\n`,
});

async function scrape({ port }: SampleTransport, authorization?: string, method = 'GET'): Promise<Response> {
  const headers = authorization === undefined ? {} : { authorization };
  return fetch(`http://127.0.0.1:${port}/metrics`, { method, headers });
}

test('whoever has the token gets the exposition', async () => {
  await using sample = await startSample({ production: true, metrics: { token: TOKEN, expose } });
  const answer = await scrape(sample, `Bearer ${TOKEN}`);
  expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
    200,
    'text/plain; version=0.0.4',
    'open 0\n',
  ]);
  expect((await scrape(sample, `Bearer ${TOKEN}`, 'POST')).status).toBe(405);
});

test.each([undefined, '', TOKEN, `Basic ${TOKEN}`, `Bearer ${TOKEN} `.repeat(2), 'Bearer another'])(
  'who sends %j is refused',
  async (authorization) => {
    await using sample = await startSample({ metrics: { token: TOKEN, expose } });
    const answer = await scrape(sample, authorization);
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  },
);

test('where no metrics are offered there is no page, with a token or without', async () => {
  await using sample = await startSample({ metrics: null });
  expect([(await scrape(sample)).status, (await scrape(sample, `Bearer ${TOKEN}`)).status]).toEqual([404, 404]);
});

test('while there is nothing to show yet the scrape is to come again', async () => {
  await using sample = await startSample({ metrics: { token: null, expose: async () => null } });
  const answer = await scrape(sample);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
});
