import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { startSample } from '../support/sample-transport.ts';
import { waitFor } from '../support/wait-for.ts';

test('a request on a connection from before the drain is refused, and readiness says no', async () => {
  await using sample = await startSample();
  const socket = connect(sample.port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString();
  });
  await once(socket, 'connect');
  const body = JSON.stringify({ query: 'mutation { hold(gate: "g") }' });
  const head = `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  const late = JSON.stringify({ query: '{ hello }' });
  const lateHead = head.replace(String(body.length), String(late.length));
  socket.write(head + body);
  await waitFor(() => sample.probe.log.includes('hold g'), { describe: 'the mutation to run' });
  const drained = sample.transport.drain(20_000);
  socket.write(`GET /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n${lateHead}${late}`);
  sample.probe.open('g');
  await waitFor(() => received.includes('shutting down'), { describe: 'the last answer' });
  expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 503', 'HTTP/1.1 503']);
  expect(received).toContain('{"data":{"hold":"g"}}');
  expect(received).toContain('{"status":"unavailable"}');
  expect(received).toContain('"code":"SERVICE_UNAVAILABLE"');
  await drained;
});
