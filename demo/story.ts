import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient, eachNode, payloadOf, type SignalboxClient } from '../sdk/src/index.ts';
import { ConnectionSwitch } from '../test/support/connection-switch.ts';
import { findFreePort } from '../test/support/free-port.ts';
import { SignalboxProcess } from '../test/support/signalbox-process.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { count, isProven } from './proof.ts';
import type { Screen } from './screen.ts';
import { Subscriber, TYPES } from './subscriber.ts';
import { Writer } from './writer.ts';

interface StoryOptions {
  readonly screen: Screen;
  /** Everything that has to go when the demo ends, however it does. */
  readonly cleanup: AsyncDisposableStack;
  /** Without the pauses that let people read. */
  readonly isFast: boolean;
}

const RECONNECT = { baseMs: 150, maxMs: 1_000 };
const WRITERS = 4;
const EMAIL = 'ada@example.com';

/** Tells the whole story; whether it ended as it should. */
export async function tellStory({ screen, cleanup, isFast }: StoryOptions): Promise<boolean> {
  const pause = async (milliseconds: number): Promise<void> => void (isFast || (await delay(milliseconds)));
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-demo-'));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  const env = {
    PORT: String(await findFreePort()),
    SIGNALBOX_DATA_DIR: folder,
    NODE_COMPILE_CACHE: join(import.meta.dirname, '../node_modules/.cache/node'),
  };
  screen.line('A server of its own starts, on an embedded database in a temporary folder …');
  let server = cleanup.use(await SignalboxProcess.start(env));
  const line = cleanup.use(await ConnectionSwitch.listen(server.url ?? ''));
  const { left, right } = await signInBoth(server, line, cleanup);

  const { edges } = await left.events({ first: 1, filter: { types: [...TYPES] } });
  const start = edges[0]?.node.cursor ?? null;
  const subscriber = new Subscriber(right, screen);
  let isUp = Promise.withResolvers<void>();
  isUp.resolve();
  const writer = new Writer({ client: left, screen, untilUp: () => isUp.promise, types: TYPES });
  const caughtUp = async (): Promise<unknown> =>
    waitFor(() => writer.acknowledged.every((id) => subscriber.seen.includes(id)), {
      describe: 'the subscriber to have seen every change',
      timeoutMs: 60_000,
    });

  screen.heads();
  const live = Promise.withResolvers<void>();
  const following = subscriber.follow(start, () => live.resolve());
  following.catch((error: unknown) => live.reject(error));
  await live.promise;

  screen.title('1. Changes, and what a subscriber sees of them');
  const people: string[] = [];
  for (let made = 0; made < 3; made++) {
    people.push(await writer.create());
    await pause(700);
  }
  await writer.rename(people[0] ?? '', 'Murray');
  await caughtUp();
  await pause(1_500);

  screen.title('2. Its connection is cut; the changes go on');
  line.isDown = true;
  line.cut();
  await pause(800);
  for (const name of ['Hopper', 'Murray Hopper']) {
    await writer.rename(people[0] ?? '', name);
    await pause(500);
  }
  people.push(await writer.create());
  await pause(1_200);
  screen.left('the line is back', 'green');
  line.isDown = false;
  await caughtUp();
  await pause(1_500);

  screen.title(`3. ${WRITERS} writers at once, and kill -9 of the server in the middle`);
  const before = writer.acknowledged.length;
  screen.left(`${WRITERS} writers create and rename, as fast as they can`);
  isUp = Promise.withResolvers<void>();
  const writing = Promise.all(Array.from({ length: WRITERS }, () => writeALot(writer)));
  await waitFor(() => writer.acknowledged.length >= before + WRITERS * 3, { describe: 'changes', timeoutMs: 60_000 });
  server.signal('SIGKILL');
  await server.untilEnded();
  screen.left(`kill -9 after ${writer.acknowledged.length - before} answers of the ${WRITERS} writers`, 'red');
  await pause(1_500);
  screen.left('the server starts again on what the disk has');
  server = cleanup.use(await SignalboxProcess.start(env));
  screen.left('it is up', 'green');
  isUp.resolve();
  await writing;
  screen.left(`all ${writer.acknowledged.length - before} changes are answered, ${writer.repeated} after asking again`);
  await caughtUp();
  await pause(1_500);

  screen.title('4. One more, to see that all is well');
  await writer.rename(people[1] ?? '', 'Mathison Turing');
  await caughtUp();
  right.close();
  await following;
  return prove(left, { screen, start, writer, subscriber });
}

/** Two clients of one account: the one that changes things reaches the server directly, the other over a line that breaks. */
async function signInBoth(
  server: SignalboxProcess,
  line: ConnectionSwitch,
  cleanup: AsyncDisposableStack,
): Promise<Record<'left' | 'right', SignalboxClient>> {
  // Asked again by the writer itself, so that it can be seen.
  const left = createClient({ url: server.url ?? '', retries: 0 });
  const right = createClient({ url: line.url, reconnect: RECONNECT });
  for (const client of [left, right]) cleanup.defer(() => client.close());
  const password = randomBytes(12).toString('base64url');
  const person = { email: EMAIL, username: 'ada', firstName: 'Ada', lastName: 'Lovelace', password };
  const token = await server.bootstrapToken();
  payloadOf(await left.bootstrapAdministrator({ token, input: person }));
  for (const client of [left, right]) payloadOf(await client.login({ input: { email: EMAIL, password } }));
  return { left, right };
}

async function writeALot(writer: Writer): Promise<void> {
  for (let made = 0; made < 4; made++) {
    const person = await writer.create(false);
    await writer.rename(person, `Number ${made}`, false);
  }
}

async function prove(
  client: SignalboxClient,
  {
    screen,
    start,
    writer,
    subscriber,
  }: {
    readonly screen: Screen;
    readonly start: string | null;
    readonly writer: Writer;
    readonly subscriber: Subscriber;
  },
): Promise<boolean> {
  const log: string[] = [];
  const asked = { direction: 'ASC', after: start, first: 100, filter: { types: [...TYPES] } } as const;
  for await (const { id } of eachNode(client.events, asked)) log.push(id);
  const counted = count(writer.acknowledged, log, subscriber.seen);
  const proven = isProven(counted);
  const { changes, events, seen, lost, repeated, inOrder } = counted;
  screen.title('The count');
  screen.line(`  ${changes} changes answered, ${events} events in the log, ${seen} events seen by the subscriber`);
  screen.line(
    `  ${lost} lost, ${repeated} repeated, ${inOrder ? 'all in order' : 'OUT OF ORDER'}; ${subscriber.connections} connections, 1 cut, 1 kill -9`,
    proven ? 'green' : 'red',
  );
  return proven;
}
