import type { GraphQLSchema } from 'graphql';
import { isInputObjectType } from 'graphql';
import type { ShownResult } from '../../support/graphql-requests.ts';
import { harmlessArguments } from '../../support/schema-walk.ts';
import { CANARY, type Fixtures, PRINCIPALS, type Principal, STRANGERS } from './fixtures.ts';
import { argumentsAt, type Scenario, SCENARIOS, UNDO } from './scenarios.ts';
import { allFields, collectStops, coveredFields, type Stop } from './schema-paths.ts';
import { documentOf, LEGEND, readAnswer, type Verdict } from './verdicts.ts';

const AT_ONCE = 4;
const OWN_CREDENTIALS: ReadonlySet<string> = new Set(['login', 'refreshSession']);

export interface Matrix {
  /** Verdicts by stop, field and principal. */
  readonly verdicts: ReadonlyMap<Stop, ReadonlyMap<string, ReadonlyMap<Principal, Verdict>>>;
  /** Answers to strangers in which something of the owner's stood. */
  readonly leaks: readonly string[];
}

/** Asks at every stop as everybody, in the given order, on one warm process: for what can be read, or for what can be done. */
export async function runMatrix(
  url: string,
  schema: GraphQLSchema,
  fixtures: Fixtures,
  principals: readonly Principal[],
  which: 'reads' | 'writes',
): Promise<Matrix> {
  const all = collectStops(schema, new Set(Object.keys(SCENARIOS)));
  const stops = all.filter(({ root }) => (root.kind === 'mutation') === (which === 'writes'));
  const verdicts = new Map(stops.map((stop) => [stop, new Map<string, Map<Principal, Verdict>>()]));
  const leaks: string[] = [];
  const visit = async (stop: Stop): Promise<void> => {
    for (const principal of principals) {
      const asked = new Asking(url, schema, fixtures, stop, principal);
      for (const [field, verdict] of await asked.verdicts()) {
        const row = verdicts.get(stop);
        const byPrincipal = row?.get(field) ?? new Map<Principal, Verdict>();
        // Whether there is an event of each type says nothing about rights.
        row?.set(field, byPrincipal.set(principal, stop.eventType !== null && verdict === '0' ? '+' : verdict));
      }
      leaks.push(...asked.leaks);
      await UNDO[stop.root.field.name]?.(fixtures);
    }
  };
  // Writes one after the other: one's effect must not be another's.
  const lanes = which === 'writes' ? 1 : AT_ONCE;
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      for (const [index, stop] of stops.entries()) if (index % lanes === lane) await visit(stop);
    }),
  );
  return { verdicts, leaks };
}

let requests = 0;

class Asking {
  readonly leaks: string[] = [];
  readonly #url: string;
  readonly #schema: GraphQLSchema;
  readonly #fixtures: Fixtures;
  readonly #stop: Stop;
  readonly #principal: Principal;

  constructor(url: string, schema: GraphQLSchema, fixtures: Fixtures, stop: Stop, principal: Principal) {
    this.#url = url;
    this.#schema = schema;
    this.#fixtures = fixtures;
    this.#stop = stop;
    this.#principal = principal;
  }

  async verdicts(): Promise<ReadonlyMap<string, Verdict>> {
    const { leaves } = this.#stop;
    const together = await this.#ask(leaves);
    if (together.isComplete) return leaves.length > 0 ? together.verdicts : new Map([['', together.only]]);
    const single = new Map<string, Verdict>();
    for (const leaf of leaves) single.set(leaf, (await this.#ask([leaf])).verdicts.get(leaf) ?? '?');
    return single;
  }

  async #ask(leaves: readonly string[]) {
    const scenario = await this.#scenario();
    if (scenario === null)
      return { verdicts: new Map(leaves.map((leaf) => [leaf, '0' as const])), isComplete: true, only: '0' as const };
    const document = documentOf(this.#schema, this.#stop, scenario.variables, leaves);
    const result = await this.#send(document, scenario);
    if (result === 'accepted') {
      return { verdicts: new Map(leaves.map((leaf) => [leaf, '+' as const])), isComplete: true, only: '+' as const };
    }
    const asked = leaves.length > 0 ? leaves : ['__typename'];
    const reading = readAnswer(result, this.#stop, asked);
    return { ...reading, only: reading.verdicts.get('__typename') ?? ('?' as const) };
  }

  async #scenario(): Promise<Scenario | null> {
    const { root } = this.#stop;
    if (root.kind !== 'mutation') {
      const variables = argumentsAt(this.#stop, this.#fixtures);
      return variables && { variables: { ...harmlessArguments(root), ...variables } };
    }
    const scenario = await SCENARIOS[root.field.name]?.(this.#fixtures, this.#principal);
    return { ...scenario, variables: { ...harmlessArguments(root), ...scenario?.variables } };
  }

  /** `accepted` for a subscription that began: a refused one is answered by JSON. */
  async #send(query: string, { variables, token }: Scenario): Promise<ShownResult | 'accepted'> {
    requests += 1;
    const { root } = this.#stop;
    const bearer = token ?? this.#fixtures.tokens[this.#principal];
    const abort = new AbortController();
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: root.kind === 'subscription' ? 'application/json, text/event-stream' : 'application/json',
        // From an address of its own each time: no limit on an address is looked for here.
        'x-forwarded-for': `10.1.${(requests >> 8) & 255}.${requests & 255}`,
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
      },
      body: JSON.stringify({ query, variables }),
      signal: abort.signal,
    });
    if (response.headers.get('content-type') === 'text/event-stream') {
      abort.abort();
      return 'accepted';
    }
    const text = await response.text();
    if (STRANGERS.includes(this.#principal) && text.includes(CANARY) && !OWN_CREDENTIALS.has(root.field.name)) {
      this.leaks.push(`${this.#principal}: ${this.#stop.name}: ${text.slice(0, 300)}`);
    }
    return JSON.parse(text) as ShownResult;
  }
}

/** The matrix as a text to be reviewed: a paragraph for each way to an object, a line for fields that are alike. */
export function printMatrix(schema: GraphQLSchema, matrices: readonly Matrix[]): string {
  const verdicts = matrices.flatMap((matrix) => [...matrix.verdicts]);
  const stops = verdicts.filter(([, fields]) => fields.size > 0).toSorted(([a], [b]) => (a.name < b.name ? -1 : 1));
  const paragraphs = stops.map(([stop, fields]) => [stop.name, ...groupsOf(fields)].join('\n'));
  const covered = coveredFields(
    schema,
    verdicts.map(([stop]) => stop),
  );
  const uncovered = allFields(schema)
    .filter((field) => !covered.has(field))
    .sort();
  return (
    [
      HEAD,
      ...paragraphs,
      ['Looked at by no way above:', ...wrap(uncovered)].join('\n'),
      ['Fields of inputs:', ...inputsOf(schema)].join('\n'),
    ].join('\n\n') + '\n'
  );
}

const HEAD = [
  'Who may see and do what, as the server answers it. Written by `npm run matrix:write`, read by people: a line that',
  'changes is a right that changes. Columns: ' +
    PRINCIPALS.map((name, index) => `${index + 1} ${name}`).join(', ') +
    '.',
  'Expired, revoked and demoted are sessions of the owner; demoted began as an administrator’s.',
  ...LEGEND,
].join('\n');

function groupsOf(fields: ReadonlyMap<string, ReadonlyMap<Principal, Verdict>>): string[] {
  const groups = new Map<string, string[]>();
  for (const [field, byPrincipal] of fields) {
    const row = PRINCIPALS.map((principal) => byPrincipal.get(principal) ?? '?').join('');
    groups.set(row, [...(groups.get(row) ?? []), field]);
  }
  return [...groups].map(([row, names]) => `  ${row} ${names.sort().join(' ')}`.trimEnd());
}

function inputsOf(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap())
    .filter(isInputObjectType)
    .map((type) => `  ${type.name}: ${Object.keys(type.getFields()).sort().join(' ')}`)
    .sort();
}

function wrap(names: readonly string[]): string[] {
  return names.map((name) => `  ${name}`);
}
