import { expect, test } from 'vitest';
import { FIRST_STEP, isBehind, isOnboardingStep, ONBOARDING_STEPS, stepAfter } from './onboarding-steps.ts';

test('each step leads to the next, and the last to none', () => {
  const walked = [];
  for (let step: string | null = FIRST_STEP; step !== null; step = stepAfter(step)) walked.push(step);
  expect(walked).toEqual([...ONBOARDING_STEPS]);
});

test.for(['', 'welcome', ' WELCOME', 'constructor', 'WELCOME\0'])('%j is no step', (step) => {
  expect(isOnboardingStep(step)).toBe(false);
});

test('only steps before the current one lie behind, and all of them once none is left', () => {
  const [first, second] = ONBOARDING_STEPS;
  expect(isBehind(first, second)).toBe(true);
  expect(isBehind(second, second)).toBe(false);
  expect(isBehind(second, first)).toBe(false);
  expect(ONBOARDING_STEPS.every((step) => isBehind(step, null))).toBe(true);
});

test('somebody at a step that the list no longer has begins again', () => {
  expect(isBehind(FIRST_STEP, 'ABOLISHED')).toBe(false);
});
