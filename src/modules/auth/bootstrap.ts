import { randomUUID } from 'node:crypto';
import { InvalidTokenError } from '../../errors.ts';
import type { Database } from '../../database/database.ts';
import { sqlOf } from '../../database/sql.ts';
import type { CommandBus } from '../../event-bus/command-bus.ts';
import type { CommandOutcome } from '../../event-bus/command.ts';
import type { ModuleServices } from '../../graphql/context.ts';
import type { RequestOrigin } from '../../viewer.ts';
import { hashOpaqueToken, isOpaqueToken, makeOpaqueToken } from './opaque-token.ts';

const ADMIN_ROLE = 'admin';
const TOKEN_HOURS = 24;

interface BootstrapInput {
  /** The printed token; null when the environment names the first administrator. */
  readonly token: string | null;
  readonly person: unknown;
  readonly password: string;
}

/**
 * Makes the first administrator. The token is deleted in the same transaction, so of two that present it one wins.
 * @throws InvalidTokenError when there is an administrator already, or the token is not the printed one.
 */
export async function bootstrapAdministrator(
  commands: CommandBus,
  services: ModuleServices,
  input: BootstrapInput,
  origin: RequestOrigin,
): Promise<CommandOutcome<{ userId: string }>> {
  const { token, password } = input;
  if (token !== null && !isOpaqueToken('bootstrap', token)) throw new InvalidTokenError();
  const person = services.users.parsePerson(input.person);
  const passwordHash = await services.auth.hashNewPassword(password, person);
  return commands.execute({
    name: 'bootstrapAdministrator',
    viewer: null,
    origin,
    run: async ({ em, now }) => {
      const sql = sqlOf(em);
      // Whoever asks first holds the role's row until the end: the next one finds an administrator.
      await sql('select 1 from role where name = $1 for update', [ADMIN_ROLE]);
      const taken =
        token === null
          ? []
          : await sql(
              `delete from bootstrap_token where hash = $1 and created_at > clock_timestamp() - interval '${TOKEN_HOURS} hours' returning 1`,
              [hashOpaqueToken(token)],
            );
      const isFirst = !(await services.users.hasActiveHolderOf(em, ADMIN_ROLE));
      if (!isFirst || (token !== null && taken.length === 0)) throw new InvalidTokenError();
      const user = await services.users.create(em, {
        person,
        passwordHash,
        roleName: ADMIN_ROLE,
        source: 'admin',
        now,
      });
      await sql('delete from bootstrap_token');
      return { userId: user.id };
    },
  });
}

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
  database: Database,
  commands: CommandBus,
  services: ModuleServices,
  first: FirstAdministrator | null,
): Promise<string | null> {
  if (await services.users.hasActiveHolderOf(database.orm.em.fork(), ADMIN_ROLE)) return null;
  if (first) {
    const person = { email: first.email, username: 'administrator', firstName: 'First', lastName: 'Administrator' };
    const origin = { correlationId: randomUUID(), ipAddress: null, userAgent: null };
    try {
      await bootstrapAdministrator(commands, services, { token: null, person, password: first.password }, origin);
    } catch (error) {
      // Another node was first.
      if (!(error instanceof InvalidTokenError)) throw error;
    }
    return null;
  }
  const token = makeOpaqueToken('bootstrap');
  await database.sql(
    `delete from bootstrap_token where created_at < clock_timestamp() - interval '${TOKEN_HOURS} hours'`,
  );
  await database.sql('insert into bootstrap_token (hash) values ($1)', [hashOpaqueToken(token)]);
  return token;
}
