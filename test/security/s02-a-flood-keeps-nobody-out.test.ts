import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser, PASSWORD } from '../support/factories.ts';
import type { ShownResult } from '../support/graphql-requests.ts';
import { MUTATIONS } from '../support/operations.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { waitFor } from '../support/wait-for.ts';

const AT_ONCE = 12;
const ROUNDS = 15;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { SIGNALBOX_HASH_CONCURRENCY: '1', SIGNALBOX_TRUSTED_PROXIES: '127.0.0.1' } });
});
afterAll(() => app[Symbol.asyncDispose]());

async function login(address: string, email: string, password: string): Promise<string> {
  const response = await fetch(app.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify({ query: MUTATIONS.login, variables: { input: { email, password } } }),
  });
  const { data, errors } = (await response.json()) as ShownResult;
  const answer = data?.['login'] as { code?: string } | undefined;
  return errors?.[0]?.extensions.code ?? answer?.code ?? 'signed in';
}

/** Takes the one turn until disposed of, which then is free at once: nothing is hashed. */
async function holdTheTurn(): Promise<AsyncDisposable> {
  const entered = Promise.withResolvers<void>();
  const released = Promise.withResolvers<never>();
  const find = (): Promise<never> => {
    entered.resolve();
    return released.promise;
  };
  const held = app.app.services.auth.passwords.verifyFound(find, 'wrong', { from: 'another', isKnown: false });
  held.catch(() => undefined);
  await entered.promise;
  return {
    async [Symbol.asyncDispose]() {
      released.reject(new Error('The turn is over.'));
      await held.catch(() => undefined);
    },
  };
}

/** What the right password gets from `address` while another has more sign-ins waiting than can have their turn. */
async function signInBehindAFlood(address: string, email: string, attacker: string): Promise<string> {
  let refused = 0;
  /** Says each number of refusals: a turn is waited for so shortly that nobody may be late. */
  const counted = new EventEmitter();
  const turn = await holdTheTurn();
  const flood = Array.from({ length: AT_ONCE }, async (_, index) => {
    if ((await login(attacker, `nobody${index}@example.com`, 'wrong')) !== 'RATE_LIMITED') return;
    refused += 1;
    counted.emit(String(refused));
  });
  // The first that finds no place any more.
  await once(counted, '1');
  const answer = login(address, email, PASSWORD);
  // The next, which has given its place up.
  await once(counted, String(refused + 1));
  await turn[Symbol.asyncDispose]();
  await Promise.all(flood);
  return await answer;
}

/** On a machine that is busy otherwise a turn may come too late; who stands behind the flood never gets one. */
async function inTheEnd(attempt: (round: number) => Promise<string>): Promise<string> {
  for (let round = 1; round < ROUNDS; round++) if ((await attempt(round)) === 'signed in') return 'signed in';
  return await attempt(ROUNDS);
}

test('a flood from one address takes no turn from a sign-in of another one', async () => {
  const user = await createUser(app.admin.client, { password: PASSWORD });
  const attempt = (round: number) => signInBehindAFlood('203.0.113.1', user.email, `198.51.100.${round}`);
  expect(await inTheEnd(attempt)).toBe('signed in');
});

test('who waits does so by their address, or by themself where they have signed in before', async () => {
  const user = await createUser(app.admin.client, { password: PASSWORD });
  expect(await login('203.0.113.4', user.email, PASSWORD)).toBe('signed in');
  const { passwords } = app.app.services.auth;
  await using _turn = await holdTheTurn();
  /** The claim by which a sign-in waits; it does so for a moment only, so it may have to be made again. */
  const claimOf = async (address: string) => {
    const asked = new Set<Promise<unknown>>();
    const claim = await waitFor(
      () => {
        if (asked.size < 8 && passwords.load.waiting.length === 0) asked.add(login(address, user.email, PASSWORD));
        return passwords.load.waiting[0];
      },
      { describe: 'the sign-in to wait for its turn' },
    );
    await Promise.all(asked);
    return claim;
  };
  expect(await claimOf('203.0.113.5')).toEqual({ from: '203.0.113.5', isKnown: false });
  const known = await claimOf('203.0.113.4');
  expect(known.isKnown).toBe(true);
  expect(known.from).not.toContain('203.0.113.4');
});

test('who was refused for want of a turn has used up no attempt at their account', async () => {
  const user = await createUser(app.admin.client, { password: PASSWORD });
  const turn = await holdTheTurn();
  const codes: string[] = [];
  // Ten that count would close the account to this address.
  for (let batch = 0; batch < 3; batch++) {
    codes.push(...(await Promise.all(Array.from({ length: 5 }, () => login('203.0.113.2', user.email, PASSWORD)))));
  }
  expect(codes).toEqual(codes.map(() => 'RATE_LIMITED'));
  await turn[Symbol.asyncDispose]();
  expect(await login('203.0.113.2', user.email, PASSWORD)).toBe('signed in');
});
