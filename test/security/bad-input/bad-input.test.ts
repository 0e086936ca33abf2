import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createHash } from 'node:crypto';
import { buildSchema } from '../../../src/schema.ts';
import { withPostgres } from '../../support/postgres-client.ts';
import { argumentPlaces, operationWith, rootFields } from '../../support/schema-walk.ts';
import { readTables } from '../../support/table-rows.ts';
import { waitFor } from '../../support/wait-for.ts';
import {
  type BadInputServer,
  faultOf,
  forAll,
  isAccepted,
  memoryOf,
  send,
  sendRaw,
  startBadInputServer,
} from './bad-input-server.ts';
import { badDocuments } from './bad-documents.ts';
import { NAUGHTY_STRINGS, NAUGHTY_VALUES } from './naughty-values.ts';
import { generateOperations } from './operation-generator.ts';
import { rawFrameCases, rawHttpCases } from './raw-requests.ts';

const SEED = Number(process.env['BAD_INPUT_SEED'] ?? 20_261_126);
const OPERATIONS = 1_000;
/** When a session was last seen, and how many connections a node counts, is no effect of what was asked. */
const UNCOMPARED = ['session', 'public.session', 'live_node'];
const MOST_GROWTH_MIB = 512;
/** Longer than the server gives a socket for its introduction. */
const SILENCE_MS = 1_500;
const SOCKETS_AT_ONCE = 40;

const schema = buildSchema();
let server: BadInputServer;
let memory: number;
let digests: Record<string, string>;

beforeAll(async () => {
  server = await startBadInputServer();
  memory = await memoryOf(server);
});
afterAll(() => server[Symbol.asyncDispose]());

async function readDigests(): Promise<Record<string, string>> {
  return withPostgres(server.databaseUrl, async (client) => {
    const tables = await readTables(async (text) => (await client.query(text)).rows as never[], UNCOMPARED);
    return Object.fromEntries(
      [...tables].map(([name, rows]) => [name, createHash('sha256').update(rows.join('\n')).digest('hex')]),
    );
  });
}

/** What was numbered late, or a node's beat, is over when two looks see the same. */
async function settledDigests(): Promise<Record<string, string>> {
  let last = JSON.stringify(await readDigests());
  await waitFor(
    async () => {
      const before = last;
      last = JSON.stringify(await readDigests());
      return before === last;
    },
    { describe: 'the tables to be still' },
  );
  return JSON.parse(last) as Record<string, string>;
}

beforeEach(async () => {
  digests = await settledDigests();
});

/** After whatever came in: the process runs, serves others, holds no more memory than it should, and logged no surprise. */
afterEach(async () => {
  const growth = (await memoryOf(server)) - memory;
  const code = await server.person.client.codeOf('{ me { id } }');
  const surprises = server.process.stdout.split('\n').filter((line) => /"level":"(error|fatal)"/.test(line));
  const harm = [
    ...(server.process.exitCode === null ? [] : [`The server ended with ${server.process.exitCode}.`]),
    ...(code === null ? [] : [`Others are refused with ${code}.`]),
    ...(growth < MOST_GROWTH_MIB ? [] : [`The server grew by ${growth} MiB.`]),
    ...surprises.slice(0, 5),
    ...(/unhandled|uncaught|at .+\.ts:\d+/i.test(server.process.stderr) ? [server.process.stderr.slice(-2_000)] : []),
  ];
  if (harm.length > 0) throw new Error(harm.join('\n'));
});

const LOG_TABLES = ['event', 'event_position', 'event_stream', 'event_sequencer'];

function withoutLog(all: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !LOG_TABLES.includes(name)));
}

/** Who asks for a new password leaves a token, for an address that nobody has too. */
function withoutAskedTokens({ account_token: _tokens, ...others }: Readonly<Record<string, string>>): unknown {
  return others;
}

async function countEvents(): Promise<number> {
  return withPostgres(server.databaseUrl, async (client) => {
    const { rows } = await client.query<{ count: number }>('select count(*)::int as count from event');
    return rows[0]?.count ?? 0;
  });
}

/** Types of the events after the first so many that say more than that a command failed. */
async function newEventTypes(before: number): Promise<string[]> {
  return withPostgres(server.databaseUrl, async (client) => {
    const { rows } = await client.query<{ type: string }>('select type from event order by number offset $1', [before]);
    return rows.map(({ type }) => type).filter((type) => !/^(BULK_)?(CREATE|UPDATE|DELETE)_FAILED$/.test(type));
  });
}

const port = () => Number(new URL(server.process.url ?? '').port);

test(`${rawHttpCases().length} malformed requests over raw sockets get a refusal or the end of the connection`, async () => {
  const faults: string[] = [];
  await forAll(
    rawHttpCases(),
    async ({ name, bytes }) => {
      const answer = await sendRaw(port(), bytes, SILENCE_MS);
      const statuses = [...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map((match) => Number(match[1]));
      if (statuses.some((status) => status >= 500)) faults.push(`${name}: ${statuses.join()}`);
      if (/node_modules|\.ts:\d|TypeError|RangeError/.test(answer)) faults.push(`${name}: ${answer.slice(0, 200)}`);
      const code = /"code":"(\w+)"/.exec(answer)?.[1];
      if (code === 'INTERNAL_SERVER_ERROR') faults.push(`${name}: ${code}`);
    },
    SOCKETS_AT_ONCE,
  );
  expect(faults).toEqual([]);
  expect(await readDigests()).toEqual(digests);
});

test(`${rawFrameCases().length} malformed sockets are closed, and no other suffers`, async () => {
  const faults: string[] = [];
  await forAll(
    rawFrameCases(),
    async ({ name, bytes }) => {
      const answer = await sendRaw(port(), bytes, SILENCE_MS);
      if (!answer.startsWith('HTTP/1.1 101')) faults.push(`${name}: ${answer.slice(0, 100)}`);
      if (answer.includes('INTERNAL_SERVER_ERROR')) faults.push(name);
    },
    SOCKETS_AT_ONCE,
  );
  expect(faults).toEqual([]);
  expect(await readDigests()).toEqual(digests);
});

test(`${badDocuments(schema).length} bad documents are refused`, async () => {
  const faults: string[] = [];
  await forAll(badDocuments(schema), async (query) => {
    const answer = await send(server, server.person.accessToken, { query });
    const fault = faultOf(answer) ?? (answer.result.errors === undefined ? 'accepted' : null);
    if (fault !== null) faults.push(`${query.slice(0, 80)} → ${fault}`);
  });
  expect(faults).toEqual([]);
  expect(await readDigests()).toEqual(digests);
});

const places = argumentPlaces(schema, [
  'String',
  'ID',
  'Int',
  'SafeInt',
  'Float',
  'Boolean',
  'DateTime',
  'Cursor',
  'JSON',
]);
/** Each place gets every fourth of the values, so that four neighbours get them all. */
function shareOf(place: number): readonly unknown[] {
  return [...NAUGHTY_STRINGS, ...NAUGHTY_VALUES].filter((_value, index) => index % 4 === place % 4);
}

const fields = rootFields(schema)
  // A subscription that is accepted does not end; the transports' own tests meet them.
  .filter(({ kind, field }) => kind !== 'subscription' && field.args.length > 0)
  .map(({ kind, field }) => ({ kind, name: field.name }));

test.for(fields)(
  'whatever stands in the arguments of the $kind $name, it is refused without a trace or done',
  async ({ name, kind }) => {
    const operations = places
      .filter(({ root }) => root.field.name === name && root.kind === kind)
      .flatMap((place) => shareOf(places.indexOf(place)).map((value) => operationWith(place, value)));
    const faults: string[] = [];
    let accepted = 0;
    const events = await countEvents();
    await forAll(operations, async (operation) => {
      // Who may do little: what is done all the same is theirs to do.
      const answer = await send(server, server.person.accessToken, operation);
      const fault = faultOf(answer);
      if (fault !== null) faults.push(`${JSON.stringify(operation.variables).slice(0, 200)} → ${fault}`);
      if (isAccepted(answer)) accepted += 1;
    });
    expect(faults).toEqual([]);
    // A refused command is an event of its own kind, and nothing else.
    const compared = kind === 'query' ? (all: typeof digests) => all : withoutLog;
    const after = accepted === 0 || kind === 'query' ? await readDigests() : digests;
    expect(compared(after)).toEqual(compared(digests));
    expect(accepted === 0 ? await newEventTypes(events) : []).toEqual([]);
  },
);

test(`${OPERATIONS} operations made from the schema are answered (seed ${SEED})`, async () => {
  const faults: string[] = [];
  const tokens = [null, server.person.accessToken, server.admin.accessToken];
  const operations = generateOperations(schema, OPERATIONS, SEED);
  await forAll([...operations.entries()], async ([index, operation]) => {
    const isQuery = operation.query.startsWith('query');
    // Administrators could do much by accident.
    const token = tokens[index % (isQuery ? 3 : 1)] ?? null;
    const fault = faultOf(await send(server, token, operation));
    if (fault !== null)
      faults.push(
        `#${index} ${operation.query.slice(0, 300)} ${JSON.stringify(operation.variables).slice(0, 200)} → ${fault}`,
      );
  });
  expect(faults).toEqual([]);
  expect(withoutAskedTokens(await readDigests())).toEqual(withoutAskedTokens(digests));
});
