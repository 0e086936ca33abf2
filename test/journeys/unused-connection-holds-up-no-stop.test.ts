import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { SignalboxProcess } from '../support/signalbox-process.ts';
import { createDeployment } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

test('a connection on which nothing was ever asked does not keep a stopping server for all of its time', async () => {
  await using deployment = await createDeployment();
  await using server = await SignalboxProcess.start({ ...deployment.env, SIGNALBOX_DRAIN_MS: '10000' });
  const { port, hostname } = new URL(server.url ?? '');
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');

  server.signal('SIGTERM');
  // Half of the time: at its end every connection is cut.
  await waitFor(() => socket.closed, { describe: 'the end of the connection', timeoutMs: 5_000 });

  expect(await server.untilEnded()).toEqual({ code: 0, signal: null });
});
