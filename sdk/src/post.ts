import { failureOf, type GraphqlErrorShape, SignalboxError } from './errors.ts';
import { LinkedSignal } from './linked-signal.ts';

export interface PostOptions {
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly headers: Readonly<Record<string, string>>;
  /** Longest wait for the answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** The data of one operation's answer. @throws SignalboxError, or the reason of the signal when it aborts. */
export async function post(query: string, variables: unknown, options: PostOptions): Promise<unknown> {
  const linked = new LinkedSignal(options.signal);
  const timeout = new SignalboxError('TIMEOUT', `There was no answer within ${options.timeoutMs} ms.`);
  const timer = setTimeout(() => linked.abort(timeout), options.timeoutMs);
  try {
    const response = await options.fetch(options.url, {
      method: 'POST',
      headers: {
        ...options.headers,
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
      },
      body: JSON.stringify({ query, variables }),
      signal: linked.signal,
    });
    return readAnswer(response, await response.text());
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof SignalboxError) throw error;
    if (linked.signal.aborted) throw timeout;
    throw new SignalboxError('NETWORK_ERROR', 'The connection to the server failed.', { cause: error });
  } finally {
    clearTimeout(timer);
    linked.release();
  }
}

/** The data of an answer, or what it says went wrong. */
export function readAnswer(response: Response, text: string): unknown {
  const requestId = response.headers.get('x-request-id');
  const answer = parse(text);
  if (answer?.errors) throw failureOf(answer.errors, requestId);
  if (answer?.data != null) return answer.data;
  // Something between us and the server answered in its place.
  const isPassing = [502, 503, 504].includes(response.status);
  throw new SignalboxError(
    isPassing ? 'SERVICE_UNAVAILABLE' : 'BAD_ANSWER',
    `The answer, of status ${response.status}, is not one of a GraphQL server.`,
    { requestId },
  );
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly GraphqlErrorShape[];
}

function parse(text: string): Answer | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
