import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  COMPLETE_STEP,
  CREATE_USER,
  IMPORT_USERS,
  MY_ONBOARDING,
  REGISTER,
  UPDATE_SETTINGS,
  USER_BY_NAME,
  VERIFY_EMAIL,
} from './documents.ts';
import type { SeedPerson } from './people.ts';
import { DAY, type Stage } from './stage.ts';

interface Made {
  readonly user: { readonly id: string };
}
interface Imported {
  readonly successful: readonly { readonly id: string; readonly username: string }[];
}
interface Found {
  readonly edges: readonly { readonly node: { readonly id: string; readonly username: string } }[];
}

interface Me {
  readonly onboarding: { readonly welcomeEmailSent: boolean } | null;
}

const STEPS = ['WELCOME', 'PROFILE', 'PREFERENCES'];
const LOOK_AGAIN_MS = 100;
const WELCOME_PATIENCE_MS = 30_000;

/** Everybody's way to an account, and what they do first with it. */
export function addAccounts(stage: Stage): void {
  const { timeline, people, random } = stage;
  addImport(stage);
  for (const person of people) {
    if (person.username === 'admin' || person.joining === 'imported') continue;
    const joined = person.joinedDaysAgo * DAY - random.between(60, 11 * 60);
    timeline.add(joined, async () => {
      await (person.joining === 'created' ? create(stage, person) : register(stage, person));
      await stage.settled();
    });
    if (person.joining === 'registered' && random.chance(0.85)) {
      const steps = STEPS.slice(0, random.between(0, STEPS.length));
      timeline.add(joined - random.between(60, 700), () => confirmAddress(stage, person, steps));
    }
    if (random.chance(0.3)) addSettings(stage, person, joined);
  }
}

async function create({ cast, admin, passwords }: Stage, person: SeedPerson): Promise<void> {
  const { username, email, firstName, lastName, role } = person;
  const password = passwords.get(username) ?? null;
  const input = { username, email, firstName, lastName, roleId: cast.roleId(role), password };
  const { user } = await cast.mutate<Made>(admin, CREATE_USER, { input });
  cast.join(username, user.id, role);
}

async function register({ cast, admin, passwords, wake }: Stage, person: SeedPerson): Promise<void> {
  const { username, email, firstName, lastName, role } = person;
  // Nobody gets to know it: only the demo accounts are meant to be used.
  const password = passwords.get(username) ?? randomBytes(18).toString('base64url');
  const input = { username, email, firstName, lastName, password };
  await cast.mutate(person, REGISTER, { input }, { anonymous: true });
  wake();
  // The answer does not say whether the address was new, nor whose account it is.
  const { edges } = await cast.query<Found>(admin, USER_BY_NAME, { name: email });
  const id = edges.find(({ node }) => node.username === username)?.node.id;
  if (id === undefined) throw new Error(`${username} could not register.`);
  cast.join(username, id, role);
}

/** With the first steps that new people are led through, for most of them. */
async function confirmAddress(stage: Stage, person: SeedPerson, steps: readonly string[]): Promise<void> {
  const { cast, mailbox } = stage;
  await welcomed(stage, person);
  await cast.mutate(person, VERIFY_EMAIL, { token: await mailbox.code(person.email) }, { anonymous: true });
  for (const step of steps) await cast.mutate(person, COMPLETE_STEP, { step });
}

/** Waits for what the server does for new people by itself: what they do then comes after it. */
async function welcomed({ cast, wake }: Stage, person: SeedPerson): Promise<void> {
  const deadline = performance.now() + WELCOME_PATIENCE_MS;
  for (;;) {
    const { onboarding } = await cast.query<Me>(person, MY_ONBOARDING);
    if (onboarding?.welcomeEmailSent) return;
    if (performance.now() > deadline) throw new Error(`${person.username} was not welcomed.`);
    wake();
    await delay(LOOK_AGAIN_MS);
  }
}

/** One file with the customers of the shop before this one. */
function addImport({ timeline, people, cast, admin, settled }: Stage): void {
  const imported = people.filter(({ joining }) => joining === 'imported');
  const joinedDaysAgo = imported[0]?.joinedDaysAgo ?? 0;
  timeline.add(joinedDaysAgo * DAY - 9 * 60, async () => {
    const users = imported.map(({ username, email, firstName, lastName }) => ({
      username,
      email,
      firstName,
      lastName,
    }));
    // The last row of the file is broken, as one row always is.
    const broken = { username: 'x', email: 'not an address', firstName: 'Broken', lastName: 'Row' };
    const input = { users: [...users, broken], onError: 'IGNORE_FAILED' };
    const { successful } = await cast.mutate<Imported>(admin, IMPORT_USERS, { input });
    if (successful.length !== imported.length) throw new Error('The import failed.');
    for (const { id, username } of successful) cast.join(username, id, 'user');
    await settled();
  });
}

function addSettings({ timeline, random, cast }: Stage, person: SeedPerson, joined: number): void {
  const theme = random.pick(['DARK', 'SYSTEM', 'DARK'] as const);
  const language = random.pick(['en', 'de', 'fr', 'es'] as const);
  const input = { theme, language, marketingEmails: random.chance(0.3), smsNotifications: random.chance(0.2) };
  timeline.add(Math.max(45, joined - random.between(60, 3 * DAY)), async () => {
    await cast.mutate(person, UPDATE_SETTINGS, { input });
  });
}
