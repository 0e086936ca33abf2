import { signIn } from '../support/factories.ts';
import { GraphqlClient } from '../support/graphql-client.ts';
import { ADMINISTRATOR, type Deployment } from './deployment.ts';
import type { Random } from './random.ts';

/** Well before the token runs out. */
const RENEW_AFTER_MS = 8 * 60_000;

/** The one who does everything in a run, at whichever API process. */
export class Administrator {
  readonly #deployment: Deployment;
  #token = '';
  #signedInAt = 0;

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
  }

  async signIn(): Promise<void> {
    const [api] = this.#deployment.apis;
    const { accessToken } = await signIn(new GraphqlClient(api.url), ADMINISTRATOR.email, ADMINISTRATOR.password);
    this.#token = accessToken;
    this.#signedInAt = Date.now();
  }

  /** At a process that the dice choose; it may be down. */
  async at(random: Random): Promise<GraphqlClient> {
    // If it fails, the token there is serves for some minutes more, and the next caller tries again.
    if (Date.now() - this.#signedInAt > RENEW_AFTER_MS) await this.signIn().catch(() => undefined);
    return new GraphqlClient(random.pick(this.#deployment.apis).url, this.#token);
  }
}
