import { randomBytes } from 'node:crypto';
import { type App, createApp } from '../app.ts';
import { permissionCatalogue } from '../catalogue.ts';
import type { Config } from '../config/config.ts';
import type { Logger } from '../config/logger.ts';
import { runByClock } from '../event-store/clock.ts';
import { addAccounts } from './accounts.ts';
import { addAdministration, readInboxes } from './administration.ts';
import { Cast } from './cast.ts';
import { addOrders } from './commerce.ts';
import { BOOTSTRAP, GRANT, ROLES } from './documents.ts';
import { FIRST_CORRELATION, LAST_CORRELATION } from './filled.ts';
import { HistoryClock } from './history-clock.ts';
import { Mailbox } from './mailbox.ts';
import { DEMO_USERNAMES, makePeople, SUPPORT_ROLE } from './people.ts';
import { Random } from './random.ts';
import { settled } from './settle.ts';
import { DAY, type Stage } from './stage.ts';
import { Timeline } from './timeline.ts';

export interface DemoAccount {
  readonly role: string;
  readonly email: string;
  /** Drawn anew in each run, and kept nowhere. */
  readonly password: string;
}

interface RoleList {
  readonly edges: readonly {
    readonly node: { readonly id: string; readonly name: string; readonly permissions: readonly string[] };
  }[];
}

/** Half a year. */
const DAYS = 182;
/** Makes the people, orders and amounts the same in every run; ids, order numbers and passwords are not. */
const SEED = 20_261_126;
/** What the demo accounts have not read yet came after this. */
const READ_DAYS = 6;
/** How often the handlers get what happened. */
const POLL_MS = 250;
/** Without what looks like something else; 32 of them, so that each is drawn as often as the others. */
const PASSWORD_LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';

/**
 * Lives through half a year on an empty database, up to now: everybody acts through the schema, the handlers of the
 * program answer, only time goes by faster and no mail leaves. Returns the accounts to sign in with.
 */
export async function fillWithDemoData(config: Config, logger: Logger): Promise<readonly DemoAccount[]> {
  const end = Date.now();
  const clock = new HistoryClock(end - DAYS * DAY * 60_000);
  return runByClock(clock.read, async () => {
    const mailbox = new Mailbox();
    await using app = await createApp(quiet(config), logger, { mailTransport: mailbox, isUnhurried: true });
    const random = new Random(SEED);
    const people = makePeople(random, DAYS);
    const passwords = new Map<string, string>(DEMO_USERNAMES.map((username) => [username, newPassword()]));
    const [admin, manager] = people;
    if (!admin || !manager) throw new Error('The demo data has nobody to begin with.');
    const timeline = new Timeline(end);
    const stage: Stage = {
      cast: new Cast(app),
      timeline,
      random,
      mailbox,
      wake: () => app.bus.relay.wake(),
      settled: () => settled(app),
      people,
      admin,
      manager,
      passwords,
    };
    await begin(app, stage);
    addAccounts(stage);
    addAdministration(stage, DAYS);
    addOrders(stage);
    timeline.add(READ_DAYS * DAY, async () => {
      await settled(app);
      await readInboxes(stage);
    });
    await timeline.tell((at) => clock.set(at));
    clock.set(end);
    await finish(app, stage);
    return people
      .filter(({ username }) => passwords.has(username))
      .map(({ username, role, email }) => ({ role, email, password: passwords.get(username) ?? '' }));
  });
}

/** One process that does everything, heard by nobody: on a port that the system chooses, of this machine only. */
function quiet(config: Config): Config {
  const server = { ...config.server, host: '127.0.0.1', port: 0 };
  const stream = { ...config.stream, pollMinMs: POLL_MS, pollMaxMs: POLL_MS };
  // Timers go by the database's clock, for which all of this is long past: here people say what becomes of their orders.
  const orders = { expireAfterMs: 2 * DAYS * DAY * 60_000 };
  return { ...config, role: 'all', bootstrap: null, server, stream, orders };
}

async function begin(app: App, { cast, admin, passwords }: Stage): Promise<void> {
  const { username, email, firstName, lastName, role } = admin;
  const token = app.bootstrapToken;
  const input = { username, email, firstName, lastName, password: passwords.get(username) };
  const options = { anonymous: true, correlationId: FIRST_CORRELATION };
  const { user } = await cast.mutate<{ user: { id: string } }>(admin, BOOTSTRAP, { token, input }, options);
  cast.join(username, user.id, role);
  await settled(app);
  cast.learnRole(role, { id: '', permissions: permissionCatalogue });
  const { edges } = await cast.query<RoleList>(admin, ROLES);
  for (const { node } of edges) cast.learnRole(node.name, node);
}

/** The last event says that all of it is there. */
async function finish(app: App, { cast, admin }: Stage): Promise<void> {
  await settled(app);
  const grant = { roleId: cast.roleId(SUPPORT_ROLE), permission: 'statistics:read' };
  await cast.mutate(admin, GRANT, grant, { correlationId: LAST_CORRELATION });
  await settled(app);
}

function newPassword(): string {
  const letters = [...randomBytes(16)].map((byte) => PASSWORD_LETTERS[byte % PASSWORD_LETTERS.length]);
  return letters.join('').replaceAll(/(.{4})(?=.)/g, '$1-');
}
