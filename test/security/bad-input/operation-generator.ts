import fc from 'fast-check';
import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { harmlessValue, type Operation, rootFields } from '../../support/schema-walk.ts';
import { NAUGHTY_STRINGS, NAUGHTY_VALUES } from './naughty-values.ts';

const MAX_DEPTH = 9;
const MAX_FIELDS = 6;
const DIRECTIVES = ['@include(if: true)', '@skip(if: false)', '@include', '@deprecated', '@nothing(a: 1)', '@defer'];
const NOISE = ['{', '}', '(', ')', '"', '$', '@', '!', '#', '...', '\u0000', '\ufeff', '&', '|', '🙂', '"""', ' on '];

/** Numbers below `bound`, drawn by fast-check, so that a seed gives the same operations for ever. */
type Draw = (bound: number) => number;

/** So many operations over the schema: nested, aliased, spread, with fitting and unfitting arguments, some of them broken. */
export function generateOperations(schema: GraphQLSchema, count: number, seed: number): Operation[] {
  const draws = fc.sample(fc.infiniteStream(fc.nat()), { numRuns: count, seed });
  return draws.map((stream) => {
    const draw: Draw = (bound) => (stream.next().value as number) % bound;
    return new OperationMaker(schema, draw).make();
  });
}

class OperationMaker {
  readonly #schema: GraphQLSchema;
  readonly #draw: Draw;
  readonly #declared: string[] = [];
  readonly #variables: Record<string, unknown> = {};

  constructor(schema: GraphQLSchema, draw: Draw) {
    this.#schema = schema;
    this.#draw = draw;
  }

  make(): Operation {
    const { kind, field } = this.#pick(rootFields(this.#schema));
    const type = getNamedType(field.type);
    const arguments_ = this.#argumentsOf(field.args);
    const selection = isCompositeType(type) ? this.#selection(type, 1) : '';
    const declared = this.#declared.length > 0 ? `(${this.#declared.join(', ')})` : '';
    const query = `${kind} ${declared} { ${field.name}${arguments_} ${selection} }`;
    return { query: this.#maybe(8) ? this.#broken(query) : query, variables: this.#variables };
  }

  #selection(type: GraphQLCompositeType, depth: number): string {
    if (isAbstractType(type) && (isUnionType(type) || this.#maybe(2))) {
      const member = this.#pick(this.#schema.getPossibleTypes(type));
      return `{ __typename ... on ${member.name} ${this.#selection(member, depth)} }`;
    }
    const fields = isUnionType(type) ? [] : Object.values(type.getFields());
    const chosen = Array.from({ length: 1 + this.#draw(MAX_FIELDS) }, () => this.#pick(fields));
    const parts = chosen.map((field, index) => {
      const inner = getNamedType(field.type);
      // Past the limit of depth now and then, to meet it.
      if (isCompositeType(inner) && depth >= MAX_DEPTH) return '__typename';
      const alias = this.#maybe(4) ? `a${depth}_${index}: ` : '';
      const directive = this.#maybe(10) ? ` ${this.#pick(DIRECTIVES)}` : '';
      const below = isCompositeType(inner) ? ` ${this.#selection(inner, depth + 1)}` : '';
      return `${alias}${field.name}${this.#argumentsOf(field.args)}${directive}${below}`;
    });
    return `{ ${isObjectType(type) ? '' : '__typename '}${parts.join(' ')} }`;
  }

  #argumentsOf(declared: readonly GraphQLArgument[]): string {
    const given = declared.filter(({ type }) => String(type).endsWith('!') || this.#maybe(2));
    const parts = given.map(({ name, type }) => {
      const variable = `v${this.#declared.length}`;
      this.#declared.push(`$${variable}: ${String(type)}`);
      this.#variables[variable] = this.#maybe(2) ? harmlessValue(type) : this.#naughty();
      return `${name}: $${variable}`;
    });
    return parts.length > 0 ? `(${parts.join(', ')})` : '';
  }

  #naughty(): unknown {
    return this.#maybe(3) ? this.#pick(NAUGHTY_VALUES) : this.#pick(NAUGHTY_STRINGS);
  }

  #broken(query: string): string {
    const at = this.#draw(query.length);
    return this.#maybe(2) ? query.slice(0, at) + this.#pick(NOISE) + query.slice(at) : query.slice(0, at);
  }

  /** Once in so many times. */
  #maybe(times: number): boolean {
    return this.#draw(times) === 0;
  }

  #pick<Item>(items: readonly Item[]): Item {
    const item = items[this.#draw(items.length)];
    if (item === undefined) throw new Error('There is nothing to pick from.');
    return item;
  }
}
