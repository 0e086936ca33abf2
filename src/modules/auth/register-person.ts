import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ConflictError, NotFoundError } from '../../errors.ts';
import type { Context, ModuleServices } from '../../graphql/context.ts';
import { defineCommand } from '../../graphql/define-command.ts';
import { secretInput } from '../../graphql/secret-input.ts';

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

const register = defineCommand({
  name: 'register',
  aggregateType: 'User',
  kind: 'CREATE',
  authScopes: { public: true },
  input: z.strictObject({ person: z.custom<Person>(), passwordHash: secretInput }),
  shown: [],
  async run({ em, now, services, input: { person, passwordHash } }) {
    const account = { person, passwordHash: passwordHash.reveal(), roleName: 'user', source: 'self', now } as const;
    const user = await services.users.create(em, account);
    return { userId: user.id };
  },
});

const registerAgain = defineCommand({
  name: 'registerAgain',
  aggregateType: 'User',
  kind: 'UPDATE',
  authScopes: { public: true },
  input: z.strictObject({ userId: z.uuid(), isTold: z.boolean() }),
  shown: [],
  async run({ em, services, input: { userId, isTold } }) {
    (await services.users.load(em, userId)).registeredAgain(isTold);
    return { userId };
  },
});

async function createAccount(context: Context, person: Person, passwordHash: string): Promise<unknown> {
  // Where the other way asks whether its mail is due.
  await context.services.auth.registrationNotices.attempt({ account: randomUUID(), address: null });
  return register.execute(context.forNobody(), { person, passwordHash });
}

async function recordRepetition(context: Context, userId: string): Promise<unknown> {
  const { services, origin } = context;
  const { refusal } = await services.auth.registrationNotices.attempt({ account: userId, address: null });
  services.securityLog.write('REGISTRATION_REPEATED', { userId, correlationId: origin.correlationId });
  return registerAgain.execute(context.forNobody(), { userId, isTold: refusal === null });
}
