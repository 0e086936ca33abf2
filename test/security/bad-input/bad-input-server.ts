import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { ERROR_CODES, REQUEST_ERROR_CODES } from '../../../src/errors.ts';
import { bootstrap, signedInUser, type SignedIn } from '../../support/factories.ts';
import type { ShownResult } from '../../support/graphql-requests.ts';
import { SignalboxProcess } from '../../support/signalbox-process.ts';
import { createDeployment } from '../../support/test-app.ts';

/** INTERNAL_SERVER_ERROR is published too, and never what bad input may bring about. */
const EXPECTED_CODES: ReadonlySet<string> = new Set([...ERROR_CODES, ...REQUEST_ERROR_CODES]);
/** Whoever gets no answer by then has met a hang. */
const PATIENCE_MS = 30_000;
const AT_ONCE = 8;

export interface BadInputServer extends AsyncDisposable {
  readonly process: SignalboxProcess;
  readonly databaseUrl: string;
  readonly admin: SignedIn;
  readonly person: SignedIn;
}

/** The program as a process of its own, without handlers: rows change by requests alone. */
export async function startBadInputServer(): Promise<BadInputServer> {
  await using cleanup = new AsyncDisposableStack();
  const deployment = cleanup.use(await createDeployment());
  const process = cleanup.use(
    await SignalboxProcess.start({
      ...deployment.env,
      SIGNALBOX_ROLE: 'api',
      LOG_LEVEL: 'info',
      SIGNALBOX_TRUSTED_PROXIES: '127.0.0.1',
      SIGNALBOX_LIMIT_CONNECTION_INIT_MS: '500',
    }),
  );
  const admin = await bootstrap(process.client, await process.bootstrapToken());
  const person = await signedInUser(admin.client);
  const owned = cleanup.move();
  return {
    process,
    admin,
    person,
    databaseUrl: deployment.env['DATABASE_URL'] ?? '',
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

export interface Sent {
  readonly status: number;
  readonly result: ShownResult;
}

let callers = 0;

/** From an address of its own each time, so that no limit on an address answers instead of what is tested. */
export async function send(server: BadInputServer, token: string | null, body: unknown): Promise<Sent> {
  callers += 1;
  const response = await fetch(server.process.url ?? '', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-forwarded-for': `10.${(callers >> 16) & 255}.${(callers >> 8) & 255}.${callers & 255}`,
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  return { status: response.status, result: (await response.json()) as ShownResult };
}

/** What is wrong with an answer; null when nothing is. */
export function faultOf({ status, result }: Sent): string | null {
  if (status >= 500) return `status ${status}`;
  for (const { extensions, message } of result.errors ?? []) {
    if (!EXPECTED_CODES.has(extensions.code)) return `${extensions.code}: ${message}`;
    if (!/^[0-9a-f-]{36}$/.test(extensions.requestId)) return 'no request id';
    if (/node_modules|\.ts:\d|\bat \w+ \(|select |insert |violates|relation "/.test(message)) return message;
  }
  return result.data === undefined && result.errors === undefined ? 'neither data nor errors' : null;
}

/** Whether an operation took effect: neither an error beside the data nor one as the answer. */
export function isAccepted({ result }: Sent): boolean {
  if (result.errors !== undefined) return false;
  return Object.values(result.data ?? {}).every(
    (answer) => !((answer as { __typename?: string } | null)?.__typename ?? '').endsWith('Error'),
  );
}

/** Does `work` for every item, a few at once. */
export async function forAll<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
  atOnce = AT_ONCE,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Writes the bytes and reads until the server closes, or has answered and stays silent. */
export async function sendRaw(port: number, bytes: Buffer, silenceMs: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
  const chunks: Buffer[] = [];
  socket.setTimeout(silenceMs, () => socket.destroy());
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  // It may cut the connection while we still write.
  socket.on('error', () => undefined);
  socket.on('close', () => resolve());
  await promise;
  return Buffer.concat(chunks).toString('latin1');
}

/** Resident memory of the server in MiB; 0 where the system does not tell. */
export async function memoryOf({ process }: BadInputServer): Promise<number> {
  const status = await readFile(`/proc/${process.pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
}
