import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { personInput, signIn } from '../support/factories.ts';
import { EventFollower } from '../support/event-follower.ts';
import { MUTATIONS } from '../support/operations.ts';
import { startTestApp, type TestApp, type TestNode } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
const exporter = new InMemorySpanExporter();

let app: TestApp;
let other: TestNode;
beforeAll(async () => {
  app = await startTestApp();
  other = await app.deployment.startNode({ SIGNALBOX_ROLE: 'api' });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
});
afterAll(async () => {
  trace.disable();
  context.disable();
  await other[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

/** Of what was done in that trace, or in a batch with events of others: then it is linked. */
const named = (name: string): ReadableSpan[] =>
  exporter.getFinishedSpans().filter((span) => span.name === name && tracesOf(span).includes(TRACE_ID));
const tracesOf = (span: ReadableSpan): string[] =>
  [span.spanContext(), ...span.links.map((link) => link.context)].map(({ traceId }) => traceId);
const causesOf = ({ parentSpanContext, links }: ReadableSpan): (string | undefined)[] => [
  parentSpanContext?.spanId,
  ...links.map((link) => link.context.spanId),
];

test('a mutation, its command, its handlers and its subscribers are one trace, the caller’s', async () => {
  await using follower = await EventFollower.open(app.admin.client.at(other.url));
  const { accessToken } = await signIn(app.client, app.admin.user.email);
  await waitFor(() => other.app.bus.streams.hub.size === 1, { describe: 'the stream to be live' });
  const input = personInput({ email: 'canary.of.traces@example.com' });
  await fetch(app.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${accessToken}`,
      traceparent: `00-${TRACE_ID}-${CALLER}-01`,
    },
    body: JSON.stringify({ query: MUTATIONS.createUser, variables: { input } }),
  });
  await waitFor(() => follower.events.some(({ type }) => type === 'USER_REGISTRATION_COMPLETED'), {
    describe: 'the subscriber',
  });
  await waitFor(() => named('handle audit-log').length > 0, { describe: 'a handler' });

  const [request] = named('mutation createUser');
  const [command] = named('command createUser');
  expect(request?.parentSpanContext?.spanId).toBe(CALLER);
  expect(command?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
  for (const name of ['handle audit-log', 'hand out USER_CREATED']) {
    expect(named(name).flatMap(causesOf)).toContain(command?.spanContext().spanId);
  }
  const told = JSON.stringify(
    exporter.getFinishedSpans().map(({ name, attributes, events, status }) => [name, attributes, events, status]),
  );
  expect(told).not.toContain('canary');
});

test('a header that is no traceparent begins no trace of the caller’s', async () => {
  exporter.reset();
  await fetch(app.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent: `00-${'0'.repeat(32)}-${CALLER}-01\u00e9` },
    body: JSON.stringify({ query: '{ me { id } }' }),
  });
  const span = await waitFor(() => exporter.getFinishedSpans().find(({ name }) => name === 'query me'), {
    describe: 'the span',
  });
  expect(span.parentSpanContext).toBeUndefined();
});
