import type { SqlEntityManager } from '@mikro-orm/sql';
import type { z } from 'zod';
import { sqlOf } from '../../database/sql.ts';
import { lockStream } from '../../event-store/lock-stream.ts';
import { parseInput } from '../../graphql/parse-input.ts';
import type { Viewer } from '../../viewer.ts';
import { ADMIN_ROLE } from './default-role.ts';
import { erasedAddressOf, User } from './user.entity.ts';
import type { RegistrationSource } from './user.events.ts';
import { personInput } from './user-input.ts';
import { loadUser, saveUsers } from './user.repository.ts';
import { requireHoldsAll } from './user.policy.ts';
import { permissionsOfRole, requireAdministratorLeft } from './user-role.repository.ts';

export type Person = z.output<typeof personInput>;

export interface Credentials {
  readonly userId: string;
  /** Null until the person has set a password. */
  readonly passwordHash: string | null;
  readonly isActive: boolean;
}

/** Where to write to somebody, and how to address them. */
export interface Addressee {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
}

export interface AccountState extends Addressee {
  readonly userId: string;
  readonly isActive: boolean;
  readonly emailVerified: boolean;
  readonly hasPassword: boolean;
}

/** What other modules need of people; they reach it through the context, or are given it by `app.ts`. */
export interface UserAccounts {
  /** @throws ValidationError */
  parsePerson(input: unknown): Person;
  findCredentials(em: SqlEntityManager, by: { email: string } | { userId: string }): Promise<Credentials | null>;
  /** Of a new account's names, whose address it is and whether the username is somebody's. */
  findTaken(
    em: SqlEntityManager,
    names: { readonly email: string; readonly username: string },
  ): Promise<{ readonly addressOf: string | null; readonly username: boolean }>;
  /** @throws ConflictError when the e-mail address or username is taken. */
  create(em: SqlEntityManager, account: NewAccount): Promise<User>;
  load(em: SqlEntityManager, userId: string): Promise<User>;
  /** Nobody else records on the account until the transaction ends. Null when there is no such account any more. */
  loadLocked(em: SqlEntityManager, userId: string): Promise<User | null>;
  hasActiveHolderOf(em: SqlEntityManager, roleName: string): Promise<boolean>;
  /** Null when there is no such account. In a transaction it stays so until the end. */
  isActive(em: SqlEntityManager, userId: string): Promise<boolean | null>;
  /**
   * Leaves an account that is nobody's, in the caller's transaction; `viewer` null for the program itself. False when there is no
   * such account any more. @throws InvalidStateError for the last administrator; RequestError FORBIDDEN
   */
  erase(em: SqlEntityManager, erasing: AccountErasure): Promise<boolean>;
  /** Null when there is no such account any more, or its person was erased. */
  findAddressee(em: SqlEntityManager, userId: string): Promise<Addressee | null>;
  /** What decides whether an account gets a link by mail. Null when there is no such account any more. */
  findAccountState(em: SqlEntityManager, userId: string): Promise<AccountState | null>;
  /** Records WELCOME_EMAIL_SENT, inside the caller's transaction; nothing when the account is gone. */
  recordWelcomeMail(em: SqlEntityManager, userId: string): Promise<void>;
}

export interface AccountErasure {
  readonly userId: string;
  readonly viewer: Viewer | null;
  readonly reason: string;
  /** That were open, and have been ended. */
  readonly sessionIds: readonly string[];
  readonly now: Date;
}

interface AccountRow {
  readonly email: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly is_active: boolean;
  readonly is_verified: boolean;
  readonly has_password: boolean;
}

interface NewAccount {
  readonly person: Person;
  readonly passwordHash: string;
  readonly roleName: string;
  readonly source: RegistrationSource;
  readonly now: Date;
}

export const userAccounts: UserAccounts = {
  parsePerson: (input) => parseInput(personInput, input),

  async findCredentials(em, by) {
    const [condition, value] = 'email' in by ? ['lower(email) = lower($1)', by.email] : ['id = $1', by.userId];
    const rows = await sqlOf(em)<{ id: string; password_hash: string | null; is_active: boolean }>(
      `select id, password_hash, is_active from app_user where ${condition}`,
      [value],
    );
    return rows[0] ? { userId: rows[0].id, passwordHash: rows[0].password_hash, isActive: rows[0].is_active } : null;
  },

  async findTaken(em, { email, username }) {
    const rows = await sqlOf(em)<{ id: string; has_email: boolean; has_username: boolean }>(
      `select id, lower(email) = lower($1) as has_email, lower(username) = lower($2) as has_username
       from app_user where lower(email) = lower($1) or lower(username) = lower($2)`,
      [email, username],
    );
    return {
      addressOf: rows.find((row) => row.has_email)?.id ?? null,
      username: rows.some((row) => row.has_username),
    };
  },

  async create(em, { person, passwordHash, roleName, source, now }) {
    const role = await permissionsOfRole(em, { name: roleName });
    const user = User.register({ ...person, passwordHash, roleId: role.id }, source, now);
    em.persist(user);
    await saveUsers(em);
    return user;
  },

  load: (em, userId) => loadUser(em, userId),

  loadLocked,

  async hasActiveHolderOf(em, roleName) {
    const rows = await sqlOf(em)(
      'select 1 from app_user u join role r on r.id = u.role_id where r.name = $1 and u.is_active limit 1',
      [roleName],
    );
    return rows.length > 0;
  },

  async isActive(em, userId) {
    const rows = await sqlOf(em)<{ is_active: boolean }>('select is_active from app_user where id = $1 for share', [
      userId,
    ]);
    return rows[0]?.is_active ?? null;
  },

  async erase(em, { userId, viewer, reason, sessionIds, now }) {
    const user = await loadLocked(em, userId);
    if (!user) return false;
    if (viewer) {
      requireHoldsAll(viewer, (await permissionsOfRole(em, { id: user.roleId })).permissions);
      await requireAdministratorLeft(em, [user], ADMIN_ROLE);
    }
    if (sessionIds.length > 0) user.signedOut(sessionIds, 'DEACTIVATED');
    user.erase(reason, now);
    await em.flush();
    return true;
  },

  async findAddressee(em, userId) {
    const rows = await sqlOf(em)<{ email: string; first_name: string; last_name: string }>(
      'select email, first_name, last_name from app_user where id = $1 and email <> $2',
      [userId, erasedAddressOf(userId)],
    );
    return rows[0] ? { email: rows[0].email, firstName: rows[0].first_name, lastName: rows[0].last_name } : null;
  },

  async findAccountState(em, userId) {
    const [row] = await sqlOf(em)<AccountRow>(
      `select email, first_name, last_name, is_active, email_verified_at is not null as is_verified,
              password_hash is not null as has_password from app_user where id = $1 and email <> $2`,
      [userId, erasedAddressOf(userId)],
    );
    if (!row) return null;
    return {
      userId,
      email: row.email,
      firstName: row.first_name,
      lastName: row.last_name,
      isActive: row.is_active,
      emailVerified: row.is_verified,
      hasPassword: row.has_password,
    };
  },

  async recordWelcomeMail(em, userId) {
    (await loadLocked(em, userId))?.welcomeMailSent();
  },
};

async function loadLocked(em: SqlEntityManager, userId: string): Promise<User | null> {
  await lockStream(sqlOf(em), 'User', userId);
  return em.findOne(User, { id: userId }, { refresh: true });
}

declare module '../../graphql/context.ts' {
  interface ModuleServices {
    readonly users: UserAccounts;
  }
}
