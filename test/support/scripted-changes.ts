import { randomUUID } from 'node:crypto';
import { personInput, type ShownUser, succeed } from './factories.ts';
import type { GraphqlClient } from './graphql-client.ts';
import type { MutationName } from './operations.ts';

/** Makes changes over HTTP, one after the other, and keeps the ids of the events it was told about. */
export class ScriptedChanges {
  readonly acknowledged: string[] = [];
  readonly #admin: GraphqlClient;

  constructor(admin: GraphqlClient) {
    this.#admin = admin;
  }

  get lastEvent(): string {
    return this.acknowledged.at(-1) ?? '';
  }

  /** One user created (2 events), changed, deactivated and activated, another created (2) and deleted. */
  async makeUsers(): Promise<ShownUser> {
    const alice = await this.create();
    await this.do('updateUser', { id: alice.id, input: { firstName: 'Alice', email: `alice-${alice.email}` } });
    await this.do('deactivateUser', { id: alice.id });
    await this.do('activateUser', { id: alice.id });
    const bob = await this.create();
    await this.do('deleteUser', { id: bob.id });
    return alice;
  }

  async rename(user: ShownUser, times: number): Promise<void> {
    for (let time = 1; time <= times; time++) {
      // Never the name that another gave just before: nothing would change, and no event would say so.
      await this.do('updateUser', { id: user.id, input: { lastName: `Name ${randomUUID()}` } });
    }
  }

  async create(): Promise<ShownUser> {
    const { user, events } = await succeed(this.#admin, 'createUser', { input: personInput() });
    if (!user) throw new Error('createUser answered without a user.');
    this.#keep(events);
    return user;
  }

  async do(name: MutationName, variables: Readonly<Record<string, unknown>>): Promise<void> {
    this.#keep((await succeed(this.#admin, name, variables)).events);
  }

  #keep(events: readonly { readonly id: string }[] = []): void {
    if (events.length === 0) throw new Error('A change was acknowledged without an event.');
    this.acknowledged.push(...events.map((event) => event.id));
  }
}
