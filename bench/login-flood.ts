import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { bootstrap, createUser, PASSWORD, personInput, succeed } from '../test/support/factories.ts';
import { MUTATIONS } from '../test/support/operations.ts';
import { SignalboxProcess } from '../test/support/signalbox-process.ts';
import { startDurableServer } from './measure/durable-server.ts';
import { median, quantile } from './measure/statistics.ts';

const FLOOD = Number(process.env['BENCH_FLOOD'] ?? 200);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 8);
const PROBES = Number(process.env['BENCH_PROBES'] ?? 200);

await using resources = new AsyncDisposableStack();
const server = resources.use(await startDurableServer());
const url = await server.createMigratedDatabase('bench_login_flood');
const folder = await mkdtemp(join(tmpdir(), 'signalbox-bench-'));
resources.defer(() => rm(folder, { recursive: true, force: true }));
const signalbox = resources.use(
  await SignalboxProcess.start({
    PORT: '0',
    // What handlers do for the accounts that are made here would meet the probes behind those, and not the others.
    SIGNALBOX_ROLE: 'api',
    DATABASE_URL: url,
    LOG_LEVEL: 'info',
    SIGNALBOX_DATA_DIR: folder,
    SIGNALBOX_SIGNING_KEY: randomBytes(32).toString('base64'),
    SIGNALBOX_TRUSTED_PROXIES: '127.0.0.1',
  }),
);
const target = signalbox.url ?? '';
const admin = await bootstrap(signalbox.client, await signalbox.bootstrapToken());
const known = await createUser(admin.client, { password: PASSWORD });
const stranger = await createUser(admin.client, { password: PASSWORD });
const disabled = await createUser(admin.client, { password: PASSWORD });
await succeed(admin.client, 'deactivateUser', { id: disabled.id });

let addresses = 0;

function addressOf(number: number): string {
  return `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
}

interface Answer {
  readonly ms: number;
  readonly code: string;
}

/** From an address nobody used before unless one is named, so that no limit on addresses answers. */
async function send(query: string, variables: object, field: string, address?: string): Promise<Answer> {
  addresses += 1;
  const start = performance.now();
  const response = await fetch(target, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-forwarded-for': address ?? addressOf(addresses),
    },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as {
    data?: Record<string, { code?: string; __typename: string }>;
    errors?: { extensions: { code: string } }[];
  };
  const code = errors?.[0]?.extensions.code ?? data?.[field]?.code ?? data?.[field]?.__typename ?? 'nothing';
  return { ms: performance.now() - start, code };
}

const login = (email: string, password: string, address?: string): Promise<Answer> =>
  send(MUTATIONS.login, { input: { email, password } }, 'login', address);

async function residentMiB(): Promise<number> {
  const status = await readFile(`/proc/${signalbox.pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) / 1024;
}

async function queriesWhile(work: () => Promise<unknown>): Promise<number[]> {
  const workerData = { url: target, token: admin.accessToken };
  const other = new Worker(new URL('./login-flood/other-caller.ts', import.meta.url), { workerData });
  await work();
  other.postMessage('stop');
  const [times] = (await once(other, 'message')) as [number[]];
  return times;
}

/** Milliseconds from the whole request to its answer, by the operations' lines in the log. */
function loggedTimes(log: string, code: string): number[] {
  return log
    .split('\n')
    .filter((line) => line.includes('"msg":"operation"') && line.includes(`"code":"${code}"`))
    .map((line) => (JSON.parse(line) as { durationMs: number }).durationMs);
}

/** How often somebody who tries again and again with the right password is let in, until `isOver`. */
async function tryWhile(isOver: () => boolean, email: string, address?: string): Promise<string> {
  let [tries, successes] = [0, 0];
  while (!isOver()) {
    tries += 1;
    if ((await login(email, PASSWORD, address)).code === 'LoginPayload') successes += 1;
    await delay(100);
  }
  return `${successes} of ${tries}`;
}

/**
 * @param seconds how long each of them tries again when it is answered; 0: once
 * @param hosts how many addresses the flood comes from; 0: every attempt from another one
 */
async function flood(seconds: number, rounds: number, hosts = 0): Promise<void> {
  const before = await residentMiB();
  const logged = signalbox.stdout.length;
  const [refused, checked, rights] = [[] as number[], [] as number[], [] as string[]];
  const queries: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const endsAt = performance.now() + seconds * 1_000;
    let attempts = 0;
    const attacker = async (name: number): Promise<void> => {
      do {
        attempts += 1;
        const address = hosts > 0 ? `172.16.${(attempts % hosts) >> 8}.${(attempts % hosts) & 255}` : undefined;
        const { ms, code } = await login(`${round}-${name}-${refused.length}@example.com`, 'wrong', address);
        (code === 'RATE_LIMITED' ? refused : checked).push(ms);
      } while (performance.now() < endsAt);
    };
    const flood = Array.from({ length: FLOOD }, (_, name) => attacker(name));
    const isOver = (): boolean => performance.now() >= endsAt;
    const people = [tryWhile(isOver, known.email, '192.0.2.1'), tryWhile(isOver, stranger.email)];
    queries.push(...(await queriesWhile(() => Promise.all(flood))));
    const [returning, fresh] = await Promise.all(people);
    if (seconds > 0)
      console.log(
        `\nWith the right password meanwhile: ${returning} from where they had signed in, ${fresh} from new addresses`,
      );
    rights.push((await login(known.email, PASSWORD)).code);
  }
  const idle = await queriesWhile(() => delay(1_000));
  const origin = hosts > 0 ? ` from ${hosts} addresses` : '';
  console.log(
    `\n${FLOOD} wrong sign-ins at once${origin}, ${rounds} times${seconds > 0 ? `, for ${seconds} s each` : ''}\n`,
  );
  console.log('| | count | p50 ms | p99 ms |\n|---|---:|---:|---:|');
  for (const [name, values] of Object.entries({
    'another’s query, idle': idle,
    'another’s query, in the flood': queries,
    'refused, RATE_LIMITED': refused,
    'checked and wrong': checked,
    'refused, as the server’s log has it': loggedTimes(signalbox.stdout.slice(logged), 'RATE_LIMITED'),
  })) {
    console.log(
      `| ${name} | ${values.length} | ${quantile(values, 0.5).toFixed(1)} | ${quantile(values, 0.99).toFixed(1)} |`,
    );
  }
  console.log(`\nThe right password from another address, after each: ${rights.join()}`);
  console.log(`Resident memory: ${before.toFixed(0)} MiB before, ${(await residentMiB()).toFixed(0)} MiB after`);
}

/** Interleaved, so that what the machine does meanwhile meets all alike. */
async function compare(
  what: string,
  kinds: Readonly<Record<string, (probe: number) => Promise<Answer>>>,
): Promise<void> {
  const times = new Map(Object.keys(kinds).map((name) => [name, [] as number[]]));
  const codes = new Set<string>();
  for (let probe = 0; probe < PROBES; probe++) {
    for (const [name, ask] of Object.entries(kinds)) {
      const { ms, code } = await ask(probe);
      times.get(name)?.push(ms);
      codes.add(code);
    }
  }
  console.log(`\n${what}: ${PROBES} probes of each, answered ${[...codes].join()}\n`);
  console.log(
    '| account | median ms | middle half | difference to the first, in halves of its middle half |\n|---|---:|---:|---:|',
  );
  const [first = []] = times.values();
  const scale = (quantile(first, 0.75) - quantile(first, 0.25)) / 2;
  for (const [name, values] of times) {
    const middle = `${quantile(values, 0.25).toFixed(1)}–${quantile(values, 0.75).toFixed(1)}`;
    console.log(
      `| ${name} | ${median(values).toFixed(2)} | ${middle} | ${((median(values) - median(first)) / scale).toFixed(2)} |`,
    );
  }
}

await login(known.email, PASSWORD, '192.0.2.1');
await flood(0, 10);
await flood(SECONDS, 1, 400);
await flood(SECONDS, 1);
// Every probe comes from another address, and fifty failures close an account to all strangers: so many accounts.
const accounts = async (isActive: boolean): Promise<string[]> => {
  const emails: string[] = [];
  for (let index = 0; index < Math.ceil(PROBES / 40); index++) {
    const user = await createUser(admin.client, { password: PASSWORD });
    if (!isActive) await succeed(admin.client, 'deactivateUser', { id: user.id });
    emails.push(user.email);
  }
  return emails;
};
const [active, inactive] = [await accounts(true), await accounts(false)];
const oneOf = (emails: readonly string[], probe: number): string => emails[probe % emails.length] ?? '';
await compare('Sign-in', {
  unknown: (probe) => login(`stranger${probe}@example.com`, 'wrong'),
  known: (probe) => login(oneOf(active, probe), 'wrong'),
  disabled: (probe) => login(oneOf(inactive, probe), 'wrong'),
});
const register = (email: string): Promise<Answer> =>
  send(MUTATIONS.register, { input: { ...personInput({ email }), password: PASSWORD } }, 'register');
const taken: string[] = [];
for (let index = 0; index < Math.ceil(PROBES / 4); index++) taken.push((await createUser(admin.client)).email);
await compare('Registration', {
  new: () => register(personInput().email),
  known: (probe) => register(oneOf(taken, probe)),
});
