import type { GraphqlClient } from './graphql-client.ts';
import type { ShownResult } from './graphql-requests.ts';
import { type OpenOperation, type OperationSink, watched } from './socket-client.ts';

/** Runs one operation by POST with an event stream as its answer, as the caller that `client` is. */
export async function openEventStream(
  caller: GraphqlClient,
  request: { readonly query: string; readonly variables: Record<string, unknown> },
  sink: OperationSink,
): Promise<OpenOperation> {
  const abort = new AbortController();
  const response = await fetch(caller.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...(caller.token === null ? {} : { authorization: `Bearer ${caller.token}` }),
    },
    body: JSON.stringify(request),
    signal: abort.signal,
  });
  const reading = read(response, watched(caller, request, sink), abort.signal);
  const cut = (): void => abort.abort();
  return {
    cut,
    leave: async () => {
      cut();
      await reading;
    },
  };
}

async function read(response: Response, sink: OperationSink, signal: AbortSignal): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      const messages = text.split('\n\n');
      text = messages.pop() ?? '';
      for (const message of messages) deliver(message, sink);
    }
  } catch (error) {
    // Either this side left, or the other broke off: both end the stream, and neither is a result.
    if (!signal.aborted && !(error instanceof TypeError)) throw error;
  }
  if (text.startsWith('{')) sink.result(JSON.parse(text) as ShownResult);
  sink.ended(null);
}

function deliver(message: string, sink: OperationSink): void {
  const data = message.split('\n').find((line) => line.startsWith('data: '));
  if (data !== undefined && message.includes('event: next')) {
    sink.result(JSON.parse(data.slice('data: '.length)) as ShownResult);
  }
}
