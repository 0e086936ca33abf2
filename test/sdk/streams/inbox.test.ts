import { expect, test } from 'vitest';
import { Inbox } from '../../../sdk/src/inbox.ts';

const result = (n: number) => ({ data: { n }, isCaughtUp: true });

test('gives what arrived in its order, to who waits already and to who comes later', async () => {
  const inbox = new Inbox({ limit: 10, signal: new AbortController().signal, onFull: () => undefined });
  const first = inbox.take();
  inbox.result(result(1));
  inbox.heartbeat('c1');
  inbox.heartbeat('c2');
  inbox.result(result(2));
  inbox.end(null, 'token');
  expect(await first).toEqual({ kind: 'result', result: result(1) });
  // Only the newest of two heartbeats in a row is of use.
  expect(await inbox.take()).toEqual({ kind: 'heartbeat', cursor: 'c2' });
  expect(await inbox.take()).toEqual({ kind: 'result', result: result(2) });
  expect(await inbox.take()).toEqual({ kind: 'end', error: null, token: 'token' });
});

test('holds as many results as the limit says, then tells so once and takes nothing more', async () => {
  let full = 0;
  const inbox = new Inbox({ limit: 2, signal: new AbortController().signal, onFull: () => (full += 1) });
  for (const n of [1, 2, 3, 4]) inbox.result(result(n));
  inbox.heartbeat('c');
  inbox.end(null, null);
  expect(full).toBe(1);
  expect([await inbox.take(), await inbox.take(), await inbox.take()].map((arrival) => arrival?.kind)).toEqual([
    'result',
    'result',
    'overflow',
  ]);
});

test('a signal that aborts ends the waiting, and what was not taken is left', async () => {
  const aborting = new AbortController();
  const inbox = new Inbox({ limit: 2, signal: aborting.signal, onFull: () => undefined });
  const waiting = inbox.take();
  aborting.abort();
  expect(await waiting).toBeNull();
  inbox.result(result(1));
  expect(await inbox.take()).toBeNull();
});
