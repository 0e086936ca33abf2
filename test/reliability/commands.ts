import { privateAddress } from '../support/canaries.ts';
import { personInput } from '../support/factories.ts';
import type { Write } from './checker/history.ts';
import { ADMINISTRATOR } from './deployment.ts';
import type { Population } from './population.ts';
import type { Random } from './random.ts';

/** A mutation to be sent, as often as it takes. */
export interface PlannedCommand {
  readonly kind: string;
  readonly mutation: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly sets: Write['sets'];
}

const ANSWER = '__typename ... on MutationPayload { events { id type aggregateId version } } ... on Error { code }';
const UPDATE = `mutation ($id: ID!, $input: UpdateUserInput!, $expectedVersion: Int, $idempotencyKey: String) {
  answer: updateUser(id: $id, input: $input, expectedVersion: $expectedVersion, idempotencyKey: $idempotencyKey) { ${ANSWER} } }`;
const CREATE = `mutation ($input: CreateUserInput!, $idempotencyKey: String) {
  answer: createUser(input: $input, idempotencyKey: $idempotencyKey) { ${ANSWER} } }`;
const DELETE = `mutation ($id: ID!, $idempotencyKey: String) {
  answer: deleteUser(id: $id, idempotencyKey: $idempotencyKey) { ${ANSWER} } }`;
const bulk = (field: string): string => `mutation ($userIds: [ID!]!, $idempotencyKey: String) {
  answer: ${field}(userIds: $userIds, idempotencyKey: $idempotencyKey) { ${ANSWER} } }`;

const SHARE_OF_ADDRESSES = 0.1;

/** Update one 55, two at once 20, create 10, delete 5, invalid 5; the rest is for earlier commands, sent again. */
export function drawCommand(random: Random, people: Population): PlannedCommand | 'earlier' {
  const drawn = random.next();
  if (drawn < 0.55) return update(random, people);
  if (drawn < 0.75) return changeTwo(random, people);
  if (drawn < 0.85) return create(random);
  if (drawn < 0.9) return { kind: 'delete', mutation: DELETE, variables: { id: people.pick(random) }, sets: {} };
  return drawn < 0.95 ? invalid(random, people) : 'earlier';
}

export function create(random: Random): PlannedCommand {
  const { email, ...rest } = personInput({ lastName: newName(random) });
  return {
    kind: 'create',
    mutation: CREATE,
    variables: { input: { email, ...rest } },
    sets: { email, lastName: rest.lastName },
  };
}

function update(random: Random, people: Population): PlannedCommand {
  const sets = { lastName: newName(random), ...(random.chance(SHARE_OF_ADDRESSES) ? { email: privateAddress() } : {}) };
  return { kind: 'update', mutation: UPDATE, variables: { id: people.pick(random), input: sets }, sets };
}

/** Two people and the operation itself: three streams in one transaction. */
function changeTwo(random: Random, people: Population): PlannedCommand {
  const userIds = [people.pick(random), people.pick(random)];
  const field = people.turnOver(userIds) ? 'bulkActivateUsers' : 'bulkDeactivateUsers';
  return { kind: field, mutation: bulk(field), variables: { userIds }, sets: {} };
}

function invalid(random: Random, people: Population): PlannedCommand {
  const input = random.pick([{ lastName: '' }, { email: ADMINISTRATOR.email }, { username: 'x' }]);
  return { kind: 'invalid', mutation: UPDATE, variables: { id: people.pick(random), input }, sets: {} };
}

/** Nobody's before: a change to what is there already would record nothing. */
function newName(random: Random): string {
  return `Name ${random.between(0, 2 ** 50)}`;
}
