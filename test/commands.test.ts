import { expect, test } from 'vitest';
import { definedCommands } from '../src/graphql/define-command.ts';
import { buildSchema } from '../src/schema.ts';

const mutations = Object.keys(buildSchema().getMutationType()?.getFields() ?? {});
const commands = definedCommands();

test('every mutation is a command of its name', () => {
  const names = new Set(commands.map(({ name }) => name));
  expect(mutations.filter((name) => !names.has(name))).toEqual([]);
});

test('no command shows in the event of its failure what is secret or about a person', () => {
  const told = commands.flatMap(({ name, shown }) => shown.map((field) => `${name}.${field}`));
  expect(
    told.filter((field) => /password|token|secret|email|username|firstName|lastName|phone|address/i.test(field)),
  ).toEqual([]);
});

test('during maintenance everybody may sign in and out, end sessions, and export; nothing else', () => {
  const open = commands.filter(({ duringMaintenance }) => duringMaintenance).map(({ name }) => name);
  expect(open.toSorted()).toEqual([
    'bootstrapAdministrator',
    'exportUserData',
    'login',
    'logout',
    'refreshSession',
    'revokeSession',
  ]);
});
