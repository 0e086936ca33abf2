import type { GraphQLSchema } from 'graphql';
import type { ShownResult } from '../../support/graphql-requests.ts';
import type { Stop } from './schema-paths.ts';

/** One letter per field: what somebody got who asked for it. */
export type Verdict = '+' | '0' | 'U' | 'F' | 'B' | 'n' | 'v' | 'e' | '?';

export const LEGEND = [
  '+ answered   0 nothing there for them   U UNAUTHENTICATED   F FORBIDDEN   B BAD_USER_INPUT',
  'n NotFoundError   v ValidationError   e another error as the answer   ? another top-level error',
];

const BY_CODE: Readonly<Record<string, Verdict>> = { UNAUTHENTICATED: 'U', FORBIDDEN: 'F', BAD_USER_INPUT: 'B' };

/** The operation that asks for some fields at a stop. */
export function documentOf(schema: GraphQLSchema, stop: Stop, variables: object, leaves: readonly string[]): string {
  const { root, steps } = stop;
  const given = root.field.args.filter(({ name }) => name in variables);
  const declared = given.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const passed = given.map(({ name }) => `${name}: $${name}`).join(', ');
  const selection = steps.reduceRight(
    (inner, { field, on }, index) => {
      const narrowed = on === null ? inner : `__typename ... on ${on} { ${inner} }`;
      const argument =
        index === 0 && passed !== '' ? `(${passed})` : index > 0 && isPaged(schema, stop, index) ? '(first: 1)' : '';
      return `${field}${argument} { ${narrowed} }`;
    },
    leaves.length > 0 ? leaves.join(' ') : '__typename',
  );
  return `${root.kind} ${declared === '' ? '' : `(${declared})`} { ${selection} }`;
}

/** Connections are asked for one edge: the cost of an operation is counted by the page. */
function isPaged(schema: GraphQLSchema, { steps }: Stop, index: number): boolean {
  return steps[index + 1]?.field === 'edges' && schema.getType('PageInfo') !== undefined;
}

export interface Reading {
  /** By field. Empty when the fields have to be asked for one by one. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  readonly isComplete: boolean;
}

/** What an answer says about the fields asked for. */
export function readAnswer({ data, errors = [] }: ShownResult, stop: Stop, leaves: readonly string[]): Reading {
  const all = (verdict: Verdict): Reading => ({
    verdicts: new Map(leaves.map((leaf) => [leaf, verdict])),
    isComplete: true,
  });
  const [error] = errors;
  if (error) {
    const verdict = BY_CODE[error.extensions.code] ?? '?';
    const place = error.path?.filter((part) => typeof part === 'string') ?? [];
    const isAbove = place.length <= stop.steps.length;
    if (isAbove || leaves.length <= 1) return all(verdict);
    return { verdicts: new Map(), isComplete: false };
  }
  const answer = data?.[stop.steps[0]?.field ?? ''] as { __typename?: string } | null | undefined;
  if (stop.root.kind === 'mutation' && answer?.__typename?.endsWith('Error'))
    return all(errorVerdict(answer.__typename));
  const reached = objectsAt(
    data ?? null,
    stop.steps.map(({ field }) => field),
  );
  return all(reached.some((object) => leaves.length === 0 || leaves.some((leaf) => leaf in object)) ? '+' : '0');
}

function errorVerdict(typename: string): Verdict {
  if (typename === 'NotFoundError') return 'n';
  return typename === 'ValidationError' ? 'v' : 'e';
}

function objectsAt(value: unknown, [field, ...rest]: readonly string[]): object[] {
  if (Array.isArray(value))
    return value.flatMap((item: unknown) => objectsAt(item, field === undefined ? [] : [field, ...rest]));
  if (typeof value !== 'object' || value === null) return [];
  return field === undefined ? [value] : objectsAt((value as Record<string, unknown>)[field], rest);
}
