import type { History, SessionStep } from './history.ts';

/**
 * C16: a refresh token works, also when it is sent again because its answer was lost; one that was exchanged and whose successor
 * was used does not, and ends the session; nor does any after that, or after a logout.
 */
export function sessionFaults({ sessionSteps }: History): string[] {
  return sessionSteps.flatMap(({ session, step, outcome }) =>
    outcome === EXPECTED[step] ? [] : [`Session ${session}: ${step} was ${outcome}.`],
  );
}

const EXPECTED: Readonly<Record<SessionStep['step'], SessionStep['outcome']>> = {
  'the exchange of a token': 'done',
  'the same exchange again, its answer being lost': 'done',
  'the use of a spent token': 'refused',
  'the exchange after a spent token was used': 'refused',
  'the exchange after the logout': 'refused',
};
