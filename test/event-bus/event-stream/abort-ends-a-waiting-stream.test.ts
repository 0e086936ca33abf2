import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { openSampleDatabase } from '../../event-store/sample-database.ts';
import { sampleAppend } from '../../event-store/sample-events.ts';
import { waitFor } from '../../support/wait-for.ts';
import { openStream, openTail } from '../sample-stream.ts';

test('an abort ends streams that wait, at once and without a trace, and leaves the others', async () => {
  await using sample = await openSampleDatabase();
  const { tail, feed } = await openTail(sample);
  const abort = new AbortController();
  const aborted = Array.from({ length: 200 }, () => openStream(sample, tail, { after: null, signal: abort.signal }));
  const staying = openStream(sample, tail, { after: null });
  const endings = aborted.map((stream) => stream.next());
  const next = staying.next();
  await waitFor(() => tail.waiting === 201, { describe: 'all streams to wait' });

  abort.abort();

  expect(await Promise.all(endings)).toEqual(endings.map(() => ({ done: true, value: undefined })));
  expect(tail.waiting).toBe(1);
  expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
  await feed(sampleAppend('a', 1));
  expect(await next).toMatchObject({ done: false, value: { event: { position: 1 } } });
  expect(tail.waiting).toBe(0);
});

test('a stream aborted before it begins or between two events gives no further event', async () => {
  await using sample = await openSampleDatabase();
  const { tail, feed } = await openTail(sample);
  await feed(sampleAppend('a', 50));
  const abort = new AbortController();
  const fromRing = openStream(sample, tail, { after: 48, signal: abort.signal });
  const fromLog = openStream(sample, tail, { after: 0, signal: abort.signal });
  expect(await fromRing.next()).toMatchObject({ value: { event: { position: 49 } } });
  expect(await fromLog.next()).toMatchObject({ value: { event: { position: 1 } } });

  abort.abort();

  const late = openStream(sample, tail, { after: 0, signal: abort.signal });
  for (const stream of [fromRing, fromLog, late]) expect(await stream.next()).toEqual({ done: true, value: undefined });
});

test('a stream that has waited many times leaves no listener on its signal', async () => {
  await using sample = await openSampleDatabase();
  const { tail, feed } = await openTail(sample);
  const { signal } = new AbortController();
  const stream = openStream(sample, tail, { after: null, signal });

  for (let round = 1; round <= 20; round++) {
    const next = stream.next();
    await waitFor(() => tail.waiting === 1, { describe: 'the stream to wait' });
    await feed(sampleAppend('a', 1));
    expect(await next).toMatchObject({ value: { event: { position: round } } });
  }

  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
