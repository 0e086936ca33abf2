import { describe, expect, test } from 'vitest';
import { type Script, ScriptedStreams } from '../../support/scripted-streams.ts';
import { sdkClient, type StreamKind, StreamReader } from '../../support/sdk-client.ts';

describe.for<StreamKind>(['websocket', 'sse'])('over %s', (streams) => {
  test.for(['STREAM_LAGGING', 'SERVICE_UNAVAILABLE'])('%s is gone on from', async (code) => {
    await using server = await ScriptedStreams.listen(
      (stream) => {
        stream.event('e1', 'c1');
        stream.fail(code, { resumeAfter: 'c0' });
      },
      (stream) => {
        stream.event('e2', 'c2');
        stream.complete();
      },
    );
    using client = await sdkClient(server.url, null, { streams });
    const reader = new StreamReader(client.domainEvents({ after: 'c0' }));
    await reader.ended;
    expect(reader.ids).toEqual(['e1', 'e2']);
    expect(server.afters).toEqual(['c0', 'c1']);
  });

  test('CURSOR_EXPIRED amid a stream is thrown, or skipped where that is asked for', async () => {
    const expire: Script[] = [
      (stream) => {
        stream.event('e1', 'c1');
        stream.fail('CURSOR_EXPIRED', { resumeAfter: 'c100' });
      },
      (stream) => {
        stream.event('e2', 'c101');
        stream.complete();
      },
    ];
    await using throwing = await ScriptedStreams.listen(...expire);
    using strict = await sdkClient(throwing.url, null, { streams });
    await expect(new StreamReader(strict.domainEvents({ after: 'c0' })).ended).rejects.toMatchObject({
      name: 'CursorError',
      code: 'CURSOR_EXPIRED',
      resumeAfter: 'c100',
      requestId: 'request-1',
    });
    await using skipping = await ScriptedStreams.listen(...expire);
    using lenient = await sdkClient(skipping.url, null, { streams });
    const reader = new StreamReader(lenient.domainEvents({ after: 'c0' }, { onCursorError: 'skip' }));
    await reader.ended;
    expect(reader.ids).toEqual(['e1', 'e2']);
    expect(skipping.afters).toEqual(['c0', 'c100']);
  });

  test('RATE_LIMITED is waited for where the server says how long, or where the stream comes back, and else thrown', async () => {
    await using beginning = await ScriptedStreams.listen(
      (stream) => stream.fail('RATE_LIMITED', { retryAfterMs: 1 }),
      (stream) => stream.fail('RATE_LIMITED'),
    );
    using refused = await sdkClient(beginning.url, null, { streams });
    await expect(new StreamReader(refused.domainEvents()).ended).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(beginning.subscriptions).toHaveLength(2);

    await using comingBack = await ScriptedStreams.listen(
      (stream) => {
        stream.event('e1', 'c1');
        stream.close(1001);
      },
      (stream) => stream.fail('RATE_LIMITED'),
      (stream) => stream.complete(),
    );
    using crowded = await sdkClient(comingBack.url, null, { streams });
    await new StreamReader(crowded.domainEvents()).ended;
    expect(comingBack.afters).toEqual([null, 'c1', 'c1']);
  });

  test('a new token is tried once: when it is refused too, the stream fails', async () => {
    await using server = await ScriptedStreams.listen(
      (stream) => stream.fail('UNAUTHENTICATED'),
      (stream) => stream.fail('UNAUTHENTICATED'),
    );
    let given = 0;
    using client = await sdkClient(server.url, null, { streams, accessToken: () => `token-${(given += 1)}` });
    await expect(new StreamReader(client.domainEvents()).ended).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(server.subscriptions).toHaveLength(2);
  });

  test('results that nobody takes fail a subscription that cannot fetch them again', async () => {
    await using server = await ScriptedStreams.listen((stream) => {
      for (let n = 1; n <= 4; n += 1) stream.event(`e${n}`, `c${n}`);
    });
    using client = await sdkClient(server.url, null, { streams });
    const document = 'subscription ($after: Cursor) { domainEvents(after: $after) { id } }';
    const stream = client.subscribe<{ domainEvents: { id: string } }, { after?: string }>(
      document,
      {},
      { bufferSize: 1 },
    );
    await stream.next();
    const drain = (async () => {
      for (;;) if ((await stream.next()).done) return;
    })();
    await expect(drain).rejects.toMatchObject({ code: 'SLOW_CONSUMER' });
  });
});

test.for([1003, 1008, 1009, 1011, 4400, 4406, 4409, 4429])(
  'a socket closed with %i stays closed',
  async (closeCode) => {
    await using server = await ScriptedStreams.listen((stream) => stream.close(closeCode));
    using client = await sdkClient(server.url, null);
    await expect(new StreamReader(client.domainEvents()).ended).rejects.toMatchObject({
      code: 'CONNECTION_REFUSED',
      details: { closeCode },
    });
  },
);

test.for([1000, 1001, 1005, 1012, 1013, 4408])(
  'after a socket is closed with %i the stream comes back',
  async (closeCode) => {
    await using server = await ScriptedStreams.listen(
      (stream) => {
        stream.event('e1', 'c1');
        stream.close(closeCode === 1005 ? 1000 : closeCode);
      },
      (stream) => stream.complete(),
    );
    using client = await sdkClient(server.url, null);
    await new StreamReader(client.domainEvents({ after: 'c0' })).ended;
    expect(server.afters).toEqual(['c0', 'c1']);
  },
);
