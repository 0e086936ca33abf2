/** What somebody new is led through, in this order. A product that is made of this one changes the list. */
export const ONBOARDING_STEPS = ['WELCOME', 'PROFILE', 'PREFERENCES'] as const;

export const FIRST_STEP: string = ONBOARDING_STEPS[0];

export function isOnboardingStep(step: string): boolean {
  return placeOf(step) !== -1;
}

/** Null after the last. */
export function stepAfter(step: string): string | null {
  return ONBOARDING_STEPS[placeOf(step) + 1] ?? null;
}

/** Whether a step lies behind somebody who is at `current`; null is behind the last. */
export function isBehind(step: string, current: string | null): boolean {
  return current === null || placeOf(step) < placeOf(current);
}

function placeOf(step: string): number {
  return ONBOARDING_STEPS.findIndex((known) => known === step);
}
