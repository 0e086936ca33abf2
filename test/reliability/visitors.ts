import { createUser, PASSWORD, type ShownUser } from '../support/factories.ts';
import type { ShownResult } from '../support/graphql-requests.ts';
import type { Administrator } from './administrator.ts';
import type { SessionStep } from './checker/history.ts';
import { pause } from './pause.ts';
import type { Random } from './random.ts';

const SELECTION = '{ __typename ... on Error { code } }';
const TOKENS = `{ __typename accessToken refreshToken }`;
const LOGIN = `mutation ($input: LoginInput!) { answer: login(input: $input) { ... on LoginPayload ${TOKENS} ... on Error { code } } }`;
const REFRESH = `mutation ($input: RefreshSessionInput!) {
  answer: refreshSession(input: $input) { ... on RefreshSessionPayload ${TOKENS} ... on Error { code } } }`;
const LOGOUT = `mutation { answer: logout ${SELECTION} }`;

/** Less than the server lets an exchange be repeated (`deployment.ts`). */
const REPEATABLE_MS = 25_000;
const PATIENCE_MS = 3_000;
/**
 * A request that nobody waits for may still be under way, for as long as one runs at most. If it came after its repetition, it
 * would make the token that the repetition gave worthless: the server cannot know which of the two was heard.
 */
const UNTIL_SURELY_OVER_MS = 12_000;
const PAUSE_MS = { low: 200, high: 1_500 };
const SHARE_OF_LOST_ANSWERS = 0.3;
/** Wrong tokens are counted, and too many are not even looked at. */
const SHARE_OF_SPENT_TOKENS = 0.15;

interface Answer {
  readonly accessToken?: string;
  readonly refreshToken?: string;
  readonly code?: string;
}

/** Somebody who signs in, exchanges the refresh token a few times, now and then without hearing the answer, and signs out. */
export class Visitor {
  readonly steps: SessionStep[] = [];
  readonly #administrator: Administrator;
  readonly #random: Random;
  readonly #person: ShownUser;
  #session = '';
  #isOver = (): boolean => false;

  private constructor(administrator: Administrator, random: Random, person: ShownUser) {
    this.#administrator = administrator;
    this.#random = random;
    this.#person = person;
  }

  static async make(administrator: Administrator, random: Random): Promise<Visitor> {
    const person = await createUser(await administrator.at(random), { password: PASSWORD });
    return new Visitor(administrator, random, person);
  }

  async run(isOver: () => boolean): Promise<void> {
    this.#isOver = isOver;
    for (let number = 1; !isOver(); number++) {
      this.#session = `${this.#person.username} ${number}`;
      await this.#visit();
      await this.#rest();
    }
  }

  async #visit(): Promise<void> {
    const { email } = this.#person;
    const login = await this.#ask(LOGIN, { input: { email, password: PASSWORD } });
    let spent: string | undefined;
    let current = login?.refreshToken;
    for (let exchange = 0; exchange < 3 && current !== undefined; exchange++) {
      await this.#rest();
      spent = current;
      current = await this.#exchange(current);
    }
    // Not every exchange was answered.
    if (spent === undefined || current === undefined) return;
    const successor = await this.#exchange(current);
    if (successor === undefined) return;
    if (this.#random.chance(SHARE_OF_SPENT_TOKENS)) {
      if (!(await this.#mustFail(spent, 'the use of a spent token'))) return;
      await this.#mustFail(successor, 'the exchange after a spent token was used');
    } else if (await this.#signOut(login?.accessToken)) {
      await this.#mustFail(successor, 'the exchange after the logout');
    }
  }

  /** Sends it again until it is answered, or until it is too late for that. */
  async #exchange(token: string): Promise<string | undefined> {
    const first = Date.now();
    let step: SessionStep['step'] = 'the exchange of a token';
    while (Date.now() - first < REPEATABLE_MS && !this.#isOver()) {
      const isLost = step === 'the exchange of a token' && this.#random.chance(SHARE_OF_LOST_ANSWERS);
      const patience = isLost ? this.#random.between(1, 60) : PATIENCE_MS;
      const answer = await this.#ask(REFRESH, { input: { refreshToken: token } }, patience);
      if (answer !== null) {
        this.#note(step, answer);
        return answer.refreshToken;
      }
      step = 'the same exchange again, its answer being lost';
      await this.#rest();
    }
    return undefined;
  }

  /** Whether there was an answer at all. */
  async #mustFail(token: string, step: SessionStep['step']): Promise<boolean> {
    const answer = await this.#ask(REFRESH, { input: { refreshToken: token } });
    if (answer !== null) this.#note(step, answer);
    return answer !== null;
  }

  async #signOut(accessToken = ''): Promise<boolean> {
    const answer = await this.#ask(LOGOUT, {}, PATIENCE_MS, accessToken);
    return answer !== null && answer.code === undefined;
  }

  #note(step: SessionStep['step'], { code }: Answer): void {
    this.steps.push({ session: this.#session, step, outcome: code === undefined ? 'done' : 'refused' });
  }

  /** Null when nobody says what became of it, and it is over. */
  async #ask(query: string, variables: object, patienceMs = PATIENCE_MS, token?: string): Promise<Answer | null> {
    const { url } = await this.#administrator.at(this.#random);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(patienceMs),
      });
      const { data } = (await response.json()) as ShownResult;
      return (data?.['answer'] as Answer | undefined) ?? null;
    } catch (error) {
      const isOver = !(error instanceof DOMException && ['TimeoutError', 'AbortError'].includes(error.name));
      if (!isOver) await this.#restUntil(Date.now() + UNTIL_SURELY_OVER_MS);
      return null;
    }
  }

  async #rest(): Promise<void> {
    await pause(this.#random.between(PAUSE_MS.low, PAUSE_MS.high));
  }

  async #restUntil(time: number): Promise<void> {
    while (Date.now() < time && !this.#isOver()) await this.#rest();
  }
}
