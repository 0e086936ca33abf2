import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SignalboxError } from '../../../sdk/src/index.ts';
import { signedInUser } from '../../support/factories.ts';
import { sdkClient } from '../../support/sdk-client.ts';
import { startTestApp, type TestApp } from '../../support/test-app.ts';

const cleanup = new AsyncDisposableStack();
let app: TestApp;

beforeAll(async () => {
  app = cleanup.use(await startTestApp());
});

afterAll(() => cleanup.disposeAsync());

/** Something between a client and its server that answers by itself, or not at all. */
async function listen(
  answer: { readonly status: number; readonly body: string } | 'nothing',
  onRequest = (): void => undefined,
): Promise<string> {
  const server = createServer((_request, response) => {
    onRequest();
    if (answer !== 'nothing') response.writeHead(answer.status, { 'x-request-id': 'gateway-1' }).end(answer.body);
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  cleanup.defer(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}

test('a refusal carries its code and the request’s id, which the log has too', async () => {
  const { user, ...rest } = await signedInUser(app.admin.client);
  using client = await sdkClient(app.url, { user, ...rest });
  const error = await client.auditLogs({}).catch((error: unknown) => error);
  if (!(error instanceof SignalboxError)) throw new Error('Not refused.');
  expect(error.code).toBe('FORBIDDEN');
  expect(app.logs.some((line) => line.includes(error.requestId ?? 'none'))).toBe(true);
});

test('variables that the server does not take are BAD_USER_INPUT', async () => {
  using client = await sdkClient(app.url, app.admin);
  await expect(client.users({ first: 1000 })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  await expect(client.user({ id: 'x' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
});

test('an answer of somebody else is told apart by its status', async () => {
  using behindGateway = await sdkClient(await listen({ status: 502, body: '<h1>Bad gateway</h1>' }), null, {
    retries: 0,
  });
  await expect(behindGateway.me()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE', requestId: 'gateway-1' });
  using elsewhere = await sdkClient(await listen({ status: 200, body: '[]' }), null);
  await expect(elsewhere.me()).rejects.toMatchObject({ code: 'BAD_ANSWER' });
});

test('an answer that does not come is a TIMEOUT', async () => {
  using client = await sdkClient(await listen('nothing'), null, { retries: 0 });
  await expect(client.me({}, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'TIMEOUT' });
});

test('an aborted request rejects with the signal’s reason, also before it is sent and between repetitions', async () => {
  using client = await sdkClient(await listen('nothing'), null);
  const reason = new Error('not needed any more');
  await expect(client.me({}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const aborting = new AbortController();
  const asked = client.me({}, { signal: aborting.signal });
  aborting.abort(reason);
  await expect(asked).rejects.toBe(reason);

  const abortingLater = new AbortController();
  using repeating = await sdkClient(await listen({ status: 503, body: '' }, () => abortingLater.abort(reason)), null);
  await expect(repeating.me({}, { signal: abortingLater.signal })).rejects.toBe(reason);
});

test('closing the client ends what is under way and refuses what comes after', async () => {
  const client = await sdkClient(await listen('nothing'), null);
  const asked = client.me();
  client.close();
  await expect(asked).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
  await expect(client.me()).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
});
