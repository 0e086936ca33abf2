import * as documents from './documents.ts';
import { DEMO_USERNAMES, SUPPORT_ROLE } from './people.ts';
import { DAY, type Stage } from './stage.ts';

const SUPPORT_PERMISSIONS = ['users:read', 'orders:read'];

interface MadeRole {
  readonly role: { readonly id: string; readonly permissions: readonly string[] };
}

/** Roles, leavers, mistakes and a night of maintenance. */
export function addAdministration(stage: Stage, days: number): void {
  const { timeline } = stage;
  timeline.add((days - 1) * DAY, () => makeSupportRole(stage));
  timeline.add((days - 40) * DAY, () => letSupportSeePayments(stage));
  addMistakes(stage, days);
  addLeavers(stage);
  addMaintenance(stage);
}

/** The demo accounts read what came; called when everything before is delivered. */
export async function readInboxes({ cast, people }: Stage): Promise<void> {
  for (const person of people) {
    if (!DEMO_USERNAMES.some((name) => name === person.username)) continue;
    await cast.mutate(person, documents.MARK_ALL_READ, {});
  }
}

async function makeSupportRole({ cast, admin }: Stage): Promise<void> {
  const description = 'Answers customers: sees, and changes nothing.';
  const input = { name: SUPPORT_ROLE, description, permissions: [...SUPPORT_PERMISSIONS, 'audit:read'] };
  const { role } = await cast.mutate<MadeRole>(admin, documents.CREATE_ROLE, { input });
  cast.learnRole(SUPPORT_ROLE, role);
}

/** They were given one permission too many at first, and one too few. */
async function letSupportSeePayments({ cast, admin }: Stage): Promise<void> {
  const roleId = cast.roleId(SUPPORT_ROLE);
  await cast.mutate(admin, documents.REVOKE, { roleId, permission: 'audit:read' });
  await cast.mutate(admin, documents.GRANT, { roleId, permission: 'payments:read' });
  cast.learnRole(SUPPORT_ROLE, { id: roleId, permissions: [...SUPPORT_PERMISSIONS, 'payments:read'] });
}

/** An account made for trying something out, and one made twice. */
function addMistakes({ timeline, cast, admin, manager, people }: Stage, days: number): void {
  const names = { firstName: 'Trial', lastName: 'Account' };
  const trial = { ...names, username: 'trial.account', email: 'trial.account@example.com' };
  timeline.add((days - 30) * DAY, async () => {
    const { user } = await cast.mutate<{ user: { id: string } }>(admin, documents.CREATE_USER, { input: trial });
    cast.join(trial.username, user.id, 'user');
  });
  timeline.add((days - 30) * DAY - 25, async () => {
    await cast.mutate(admin, documents.DELETE_USER, { id: cast.idOf(trial.username) });
  });
  const twice = people.find(({ joining }) => joining === 'imported');
  timeline.add((days - 60) * DAY, async () => {
    const input = { ...names, username: 'second.account', email: twice?.email };
    await cast.mutate(manager, documents.CREATE_USER, { input }, { expected: ['ConflictError'] });
  });
}

/** Imported customers who never came are switched off, all at once; one of them comes back. Somebody marries. */
function addLeavers({ timeline, cast, admin, manager, people }: Stage): void {
  const silent = people.filter(({ isSilent }) => isSilent);
  timeline.add(20 * DAY, async () => {
    await cast.mutate(admin, documents.DEACTIVATE_USERS, { ids: silent.map(({ username }) => cast.idOf(username)) });
  });
  timeline.add(17 * DAY - 77, async () => {
    await cast.mutate(manager, documents.ACTIVATE_USER, { id: cast.idOf(silent[0]?.username ?? '') });
  });
  const married = people.find(({ joining, username }) => joining === 'registered' && username !== 'user');
  if (!married) return;
  timeline.add(12 * DAY, async () => {
    const input = { lastName: `${married.lastName}-Bright` };
    await cast.mutate(married, documents.UPDATE_USER, { id: cast.idOf(married.username), input });
  });
}

function addMaintenance({ timeline, cast, admin }: Stage): void {
  const began = 45 * DAY + 22 * 60;
  timeline.add(began, async () => {
    const reason = 'The database moves to a larger machine.';
    await cast.mutate(admin, documents.START_MAINTENANCE, { input: { reason } });
  });
  timeline.add(began - 50, async () => {
    await cast.mutate(admin, documents.COMPLETE_MAINTENANCE, {});
  });
}
