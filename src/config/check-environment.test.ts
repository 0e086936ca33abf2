import { expect, test } from 'vitest';
import { checkEnvironment } from './check-environment.ts';
import { VARIABLES } from './env.ts';

function sentences(env: Record<string, string>): readonly string[] {
  return checkEnvironment(env).problems.map((problem) => problem.sentence);
}

test.each([
  ['SIGNALBOX_ROL', 'SIGNALBOX_ROLE'],
  ['SIGNALBOX_SINGING_KEY', 'SIGNALBOX_SIGNING_KEY'],
  ['SIGNALBOX_LIMITS_DEPTH', 'SIGNALBOX_LIMIT_DEPTH'],
  ['SIGNALBOX_REDIS_URL', 'REDIS_URL'],
  ['SIGNALBOX_PORT', 'PORT'],
  ['signalbox_data_dir', 'SIGNALBOX_DATA_DIR'],
])('the misspelt %s is refused, and %s is proposed', (given, meant) => {
  expect(sentences({ [given]: 'value' })).toEqual([`${given} is not a variable of Signalbox; did you mean ${meant}?`]);
});

test('a name with a line break stays on one line', () => {
  expect(sentences({ 'SIGNALBOX_X\nforged': 'value' })[0]).toContain(String.raw`"SIGNALBOX_X\nforged"`);
});

test('variables of other programs are left alone', () => {
  expect(sentences({ PATH: '/bin', HOSTNAME: 'x', PORTX: '1' })).toEqual([]);
});

test('every fallback that is text or a number is a value the variable itself accepts', () => {
  const refused = Object.entries(VARIABLES).filter(
    ([, { fallback, parse }]) =>
      (typeof fallback === 'string' || typeof fallback === 'number') && parse(String(fallback)) !== fallback,
  );
  expect(refused).toEqual([]);
});
