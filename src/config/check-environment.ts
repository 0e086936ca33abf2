import { isVariable, readEnv, VARIABLES, type Settings, type VariableName } from './env.ts';
import type { Variable } from './variable.ts';

/** A sentence about one or more variables. It names them and repeats no value. */
export interface Problem {
  readonly variables: readonly string[];
  readonly sentence: string;
}

export interface CheckedEnvironment {
  /** A refused variable has its fallback here; its name is in `problems`. */
  readonly settings: Settings;
  readonly problems: readonly Problem[];
}

/** Reads each variable by itself; what they mean together is for `findDangers`. */
export function checkEnvironment(env: Readonly<Record<string, string | undefined>>): CheckedEnvironment {
  const given = readEnv({ ...env });
  const problems: Problem[] = [];
  const values = Object.entries<Variable<unknown>>(VARIABLES).map(([name, variable]) => {
    const text = given[name];
    if (text === undefined) return [name, variable.fallback];
    const value = variable.parse(variable.verbatim === true ? text : text.trim());
    if (value === undefined) problems.push({ variables: [name], sentence: `${name} must be ${variable.must}.` });
    return [name, value ?? variable.fallback];
  });
  problems.push(
    ...Object.keys(given)
      .filter((name) => !isVariable(name))
      .map(unknownVariable),
  );
  // The table that was just walked has exactly the keys of Settings, each with its own parsed value.
  return { settings: Object.fromEntries(values) as Settings, problems };
}

function unknownVariable(name: string): Problem {
  const printable = /^\w+$/.test(name) ? name : JSON.stringify(name);
  return {
    variables: [name],
    sentence: `${printable} is not a variable of Signalbox; did you mean ${nearestVariable(name)}?`,
  };
}

function nearestVariable(name: string): VariableName {
  const upperCase = name.toUpperCase();
  const withoutPrefix = upperCase.replace(/^SIGNALBOX_/, '');
  const names = Object.keys(VARIABLES).filter(isVariable);
  // SIGNALBOX_REDIS_URL means REDIS_URL: an exact match without the prefix beats any distance.
  const unprefixed = names.find((candidate) => candidate === withoutPrefix);
  const ranked = names.toSorted((a, b) => editDistance(upperCase, a) - editDistance(upperCase, b));
  return unprefixed ?? ranked[0] ?? 'NODE_ENV';
}

/** Levenshtein's: how many letters must be put in, taken out or replaced to make one word of the other. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of Array.from(from.slice(0, 100)).entries()) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (row[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
