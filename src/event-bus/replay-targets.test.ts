import { expect, test } from 'vitest';
import { ValidationError } from '../errors.ts';
import { defineExternalHandler, defineTransactionalHandler, type Handler } from './define-handler.ts';
import { replayTargets } from './replay-targets.ts';

const nothing = async (): Promise<undefined> => undefined;
const inside = (name: string, more: object = {}): Handler =>
  defineTransactionalHandler({ name, events: [], handle: nothing, ...more });
const handlers = [
  inside('audit', { repeatable: true }),
  inside('inbox', { repeatable: true }),
  inside('counter'),
  inside('stats', { kind: 'PROJECTION' }),
  inside('registration', { kind: 'SAGA' }),
  defineExternalHandler({ name: 'mail', events: [], dependency: 'smtp', handle: nothing }),
];

function targetsOf(named: string[] | null, includeEffects: string[] = []): string[] {
  return replayTargets(handlers, { handlers: named, includeEffects }).map(({ name }) => name);
}

test('those that were named are replayed, or else all that may be given an event again', () => {
  expect(targetsOf(null)).toEqual(['audit', 'inbox']);
  expect(targetsOf(['inbox'])).toEqual(['inbox']);
  expect(targetsOf(null, ['mail'])).toEqual(['audit', 'inbox', 'mail']);
  expect(targetsOf(['mail'], ['mail'])).toEqual(['mail']);
  expect(targetsOf(['audit'], ['mail'])).toEqual(['audit', 'mail']);
});

test.for([
  ['a projection', ['stats'], [], 'use rebuildProjection'],
  ['a saga', ['registration'], [], 'not started again'],
  ['outside effects that were not allowed', ['mail'], [], 'name it in includeEffects too'],
  ['a handler that would count twice', ['counter'], [], 'does not say that it may'],
  ['an unknown handler', ['nobody'], [], 'no handler nobody'],
  ['an unknown handler with effects', [], ['nobody'], 'no handler nobody'],
  ['effects of a handler that has none', [], ['audit'], 'name it in handlers'],
] as const)('%s is refused with a sentence that says what to do', ([, named, includeEffects, sentence]) => {
  const attempt = (): unknown => targetsOf([...named], [...includeEffects]);
  expect(attempt).toThrow(ValidationError);
  expect(attempt).toThrow(sentence);
});
