import { randomUUID } from 'node:crypto';
import { ConflictError, NotFoundError } from '../../errors.ts';
import type { Context, ModuleServices } from '../../graphql/context.ts';

type Person = ReturnType<ModuleServices['users']['parsePerson']>;

/**
 * Makes the account, or, when the address is somebody's already, records that on their account; returns nothing that
 * would tell which. Either way: one look-up, one transaction that reads a row, writes a row, appends and commits.
 * @throws ConflictError when the username is taken: usernames are names that others see.
 */
export async function registerPerson(context: Context, person: Person, passwordHash: string): Promise<void> {
  // A second time, because another may take the address, or give it up, between the look-up and the transaction.
  for (const isLast of [false, true]) {
    try {
      const taken = await context.services.users.findTaken(context.em, person);
      if (taken.username) throw new ConflictError('This username is taken.');
      await (taken.addressOf === null
        ? createAccount(context, person, passwordHash)
        : recordRepetition(context, taken.addressOf));
      return;
    } catch (error) {
      if (isLast || !(error instanceof ConflictError || error instanceof NotFoundError)) throw error;
    }
  }
}

async function createAccount(
  { core, services, origin }: Context,
  person: Person,
  passwordHash: string,
): Promise<unknown> {
  // Where the other way asks whether its mail is due.
  await services.auth.registrationNotices.attempt({ account: randomUUID(), address: null });
  return core.commands.execute({
    name: 'register',
    viewer: null,
    origin,
    run: async ({ em, now }) => {
      const user = await services.users.create(em, { person, passwordHash, roleName: 'user', source: 'self', now });
      return { userId: user.id };
    },
  });
}

async function recordRepetition({ core, services, origin }: Context, userId: string): Promise<unknown> {
  const { refusal } = await services.auth.registrationNotices.attempt({ account: userId, address: null });
  services.securityLog.write('REGISTRATION_REPEATED', { userId, correlationId: origin.correlationId });
  return core.commands.execute({
    name: 'register',
    viewer: null,
    origin,
    run: async ({ em }) => {
      (await services.users.load(em, userId)).registeredAgain(refusal === null);
      return { userId };
    },
  });
}
