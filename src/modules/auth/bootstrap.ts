import { z } from 'zod';
import type { Database } from '../../database/database.ts';
import { sqlOf } from '../../database/sql.ts';
import { InvalidTokenError } from '../../errors.ts';
import { type CommandCaller, defineCommand } from '../../graphql/define-command.ts';
import { secretInput } from '../../graphql/secret-input.ts';
import { hashOpaqueToken, isOpaqueToken, makeOpaqueToken } from './opaque-token.ts';
import { claimOfStranger } from './turn-claim.ts';

const ADMIN_ROLE = 'admin';
const TOKEN_HOURS = 24;

/**
 * Makes the first administrator. The token is deleted in the same transaction, so of two that present it one wins.
 * INVALID_TOKEN when there is an administrator already, or the token is not the printed one.
 */
export const bootstrapAdministrator = defineCommand({
  name: 'bootstrapAdministrator',
  aggregateType: 'User',
  kind: 'CREATE',
  authScopes: { public: true },
  duringMaintenance: true,
  /** The rest is the person. The printed token; null when the environment names the first administrator. */
  input: z.looseObject({ token: secretInput.nullable(), password: secretInput }),
  shown: [],
  async prepare({ origin, services: { auth, users }, input: { token, password, ...rest } }) {
    if (token) {
      await auth.tokenAttempts.consume({ account: null, address: origin.ipAddress });
      if (!isOpaqueToken('bootstrap', token.reveal())) throw new InvalidTokenError();
    }
    const person = users.parsePerson(rest);
    return {
      person,
      passwordHash: await auth.hashNewPassword(password.reveal(), person, claimOfStranger(origin.ipAddress)),
    };
  },
  async run({ em, now, services, prepared, input: { token } }) {
    const sql = sqlOf(em);
    // Whoever asks first holds the role's row until the end: the next one finds an administrator.
    await sql('select 1 from role where name = $1 for update', [ADMIN_ROLE]);
    const taken =
      token === null
        ? []
        : await sql(
            `delete from bootstrap_token where hash = $1 and created_at > clock_timestamp() - interval '${TOKEN_HOURS} hours' returning 1`,
            [hashOpaqueToken(token.reveal())],
          );
    const isFirst = !(await services.users.hasActiveHolderOf(em, ADMIN_ROLE));
    if (!isFirst || (token !== null && taken.length === 0)) throw new InvalidTokenError();
    const user = await services.users.create(em, { ...prepared, roleName: ADMIN_ROLE, source: 'admin', now });
    await sql('delete from bootstrap_token');
    return { userId: user.id };
  },
});

interface FirstAdministrator {
  readonly email: string;
  readonly password: string;
}

/**
 * While there is no administrator: makes the one the environment names, or else a new one-time token, returned for
 * printing. Nodes that start together print one each; the first to be used ends them all, and none lasts over a day.
 * Null when nothing is to be printed.
 */
export async function prepareBootstrap(
  { sql }: Database,
  system: CommandCaller,
  first: FirstAdministrator | null,
): Promise<string | null> {
  if (await system.services.users.hasActiveHolderOf(system.em, ADMIN_ROLE)) return null;
  if (first) {
    const person = { username: 'administrator', firstName: 'First', lastName: 'Administrator' };
    try {
      await bootstrapAdministrator.execute(system, { token: null, ...person, ...first });
    } catch (error) {
      // Another node was first.
      if (!(error instanceof InvalidTokenError)) throw error;
    }
    return null;
  }
  const token = makeOpaqueToken('bootstrap');
  await sql(`delete from bootstrap_token where created_at < clock_timestamp() - interval '${TOKEN_HOURS} hours'`);
  await sql('insert into bootstrap_token (hash) values ($1)', [hashOpaqueToken(token)]);
  return token;
}
