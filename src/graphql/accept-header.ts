import type { JsonMediaType } from './http-status.ts';

export interface AcceptedAnswers {
  /** The JSON form to answer in, or null if the client takes none. */
  readonly json: JsonMediaType | null;
  /** Whether the client named `text/event-stream`; a wildcard does not count, since it would wait for an end. */
  readonly stream: boolean;
}

/** Reads an Accept header; among JSON types of equal weight the newer one wins, while a wildcard means plain JSON. */
export function acceptedAnswers(header: string | undefined): AcceptedAnswers {
  if (header === undefined || header.trim() === '') return { json: 'application/json', stream: false };
  const weights = new Map<string, number>();
  for (const range of header.toLowerCase().split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice('q='.length);
    weights.set(type, quality === undefined ? 1 : Number(quality) || 0);
  }
  const weightOf = (type: string): number => weights.get(type) ?? 0;
  const plain = weights.get('application/json') ?? Math.max(weightOf('*/*'), weightOf('application/*'));
  const response = weightOf('application/graphql-response+json');
  const json = response > 0 && response >= plain ? 'application/graphql-response+json' : 'application/json';
  return { json: Math.max(plain, response) > 0 ? json : null, stream: weightOf('text/event-stream') > 0 };
}
