import type { ShownError, ShownResult } from './graphql-requests.ts';
import { lookForOthers } from './look-for-others.ts';

export interface GraphqlAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly result: ShownResult;
}

/** The answer had top-level errors where data was expected. */
class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly errors: readonly ShownError[];

  constructor(errors: readonly ShownError[]) {
    super(errors.map((error) => `${error.extensions.code}: ${error.message}`).join('\n'));
    this.errors = errors;
  }
}

/** Speaks GraphQL over HTTP as one caller. Every answer it gets is kept in `transcript`, when there is one. */
export class GraphqlClient {
  readonly url: string;
  readonly token: string | null;
  readonly transcript: string[] | null;

  constructor(url: string, token: string | null = null, transcript: string[] | null = null) {
    this.url = url;
    this.token = token;
    this.transcript = transcript;
  }

  /** The same server, another caller; null is nobody. */
  as(token: string | null): GraphqlClient {
    return new GraphqlClient(this.url, token, this.transcript);
  }

  /** The same caller at another node. */
  at(url: string): GraphqlClient {
    return new GraphqlClient(url, this.token, this.transcript);
  }

  /** Whatever the server answers. Rejects when there is no answer. */
  async send(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<GraphqlAnswer> {
    const asked = JSON.stringify({ query, variables });
    const response = await fetch(this.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(this.token === null ? {} : { authorization: `Bearer ${this.token}` }),
      },
      body: asked,
    });
    const text = await response.text();
    lookForOthers('answer', text, { token: this.token, asked });
    this.transcript?.push(text);
    return { status: response.status, headers: response.headers, result: JSON.parse(text) as ShownResult };
  }

  /** The data of an answer without errors. @throws RefusedError */
  async ask<Data>(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<Data> {
    const { result } = await this.send(query, variables);
    if (result.errors) throw new RefusedError(result.errors);
    return result.data as Data;
  }

  /** The code of the first top-level error, or null when there is none. */
  async codeOf(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<string | null> {
    const { result } = await this.send(query, variables);
    return result.errors?.[0]?.extensions.code ?? null;
  }
}
