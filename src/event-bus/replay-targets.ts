import { ValidationError } from '../errors.ts';
import type { Handler } from './define-handler.ts';

export interface ReplayChoice {
  /** Names of handlers; null: all that may be given an event again. */
  readonly handlers: readonly string[] | null;
  /** Names of handlers that act outside, each allowed explicitly. */
  readonly includeEffects: readonly string[];
}

/**
 * The handlers that a replay gives events to: those that were named, or else all that say of themselves that handling an
 * event again does no harm; and those with outside effects that were named for it.
 *
 * @throws ValidationError for a name that cannot be replayed, with what to do instead.
 */
export function replayTargets(known: readonly Handler[], { handlers, includeEffects }: ReplayChoice): Handler[] {
  const chosen = handlers?.map((name) => find(known, name, 'handlers')) ?? known.filter(isRepeatable);
  const effects = includeEffects.map((name) => find(known, name, 'includeEffects'));
  for (const handler of effects) {
    if (handler.kind !== 'EXTERNAL') {
      throw ValidationError.at('includeEffects', `${handler.name} has no outside effects: name it in handlers.`);
    }
  }
  for (const handler of chosen) {
    if (!isRepeatable(handler) && !effects.includes(handler)) {
      throw ValidationError.at('handlers', `${handler.name} ${WHY_NOT[handler.kind]}`);
    }
  }
  return [...new Set([...chosen, ...effects])];
}

function isRepeatable(handler: Handler): boolean {
  return handler.kind !== 'EXTERNAL' && handler.repeatable === true;
}

function find(known: readonly Handler[], name: string, field: string): Handler {
  const handler = known.find((candidate) => candidate.name === name);
  if (!handler) throw ValidationError.at(field, `There is no handler ${name}.`);
  return handler;
}

const WHY_NOT: Readonly<Record<Handler['kind'], string>> = {
  PROJECTION: 'is a projection, and what it has counted must not be counted again: use rebuildProjection.',
  SAGA: 'is a saga: a process that has run is not started again.',
  EXTERNAL: 'acts outside: name it in includeEffects too, and what it has done already is not repeated.',
  TRANSACTIONAL: 'does not say that it may handle an event again.',
};
