import {
  Kind,
  parse,
  print,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  type InputObjectTypeDefinitionNode,
  type InputValueDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type TypeDefinitionNode,
  type TypeNode,
} from 'graphql';

export interface ContractComparison {
  /** Names of the contract (types, fields, arguments, input fields, enum values) that the schema has, compatible or not. */
  readonly implemented: number;
  /** Names that the schema does not have yet, e.g. `Query.me`. */
  readonly open: readonly string[];
  /** One sentence for each name whose promise the schema breaks. */
  readonly incompatible: readonly string[];
}

interface Findings {
  implemented: number;
  readonly open: string[];
  readonly incompatible: string[];
}

/**
 * Compares the schema (SDL) with the names that clients rely on (SDL too, but partial: it may use types it does not
 * define, so it cannot be built). A name that is there must keep its promise: outputs may become non-null, inputs may
 * become nullable, and nothing new may be required of the client.
 */
export function compareWithContract(contractSdl: string, schemaSdl: string): ContractComparison {
  const findings: Findings = { implemented: 0, open: [], incompatible: [] };
  const implemented = typeDefinitions(schemaSdl);
  for (const [name, promised] of typeDefinitions(contractSdl)) {
    const actual = implemented.get(name);
    if (!found(findings, name, actual)) continue;
    if (actual.kind === promised.kind) compareTypes(findings, promised, actual);
    else
      findings.incompatible.push(
        `${name} must be of the kind ${describeKind(promised)}, but is ${describeKind(actual)}.`,
      );
  }
  return findings;
}

function compareTypes(findings: Findings, promised: TypeDefinitionNode, actual: TypeDefinitionNode): void {
  if (isObjectOrInterface(promised) && isObjectOrInterface(actual)) compareFields(findings, promised, actual);
  if (promised.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION && actual.kind === promised.kind)
    compareInputs(findings, promised, actual);
  if (promised.kind === Kind.ENUM_TYPE_DEFINITION && actual.kind === promised.kind)
    compareValues(findings, promised, actual);
}

function compareFields(findings: Findings, promised: CompositeNode, actual: CompositeNode): void {
  const owner = promised.name.value;
  const interfaces = new Set(actual.interfaces?.map((node) => node.name.value));
  for (const { name } of promised.interfaces ?? []) {
    if (!interfaces.has(name.value)) findings.incompatible.push(`${owner} must implement ${name.value}.`);
  }
  const fields = byName(actual.fields);
  for (const field of promised.fields ?? []) {
    const place = `${owner}.${field.name.value}`;
    const actualField = fields.get(field.name.value);
    if (!found(findings, place, actualField)) continue;
    if (!keepsOutput(field.type, actualField.type)) findings.incompatible.push(typeSentence(place, field, actualField));
    compareInputValues(findings, place, field.arguments, actualField.arguments);
  }
}

function compareInputs(
  findings: Findings,
  promised: InputObjectTypeDefinitionNode,
  actual: InputObjectTypeDefinitionNode,
): void {
  compareInputValues(findings, promised.name.value, promised.fields, actual.fields);
}

function compareInputValues(
  findings: Findings,
  owner: string,
  promised: readonly InputValueDefinitionNode[] = [],
  actual: readonly InputValueDefinitionNode[] = [],
): void {
  const values = byName(actual);
  const promisedNames = new Set(promised.map((value) => value.name.value));
  for (const value of promised) {
    const place = `${owner}(${value.name.value})`;
    const actualValue = values.get(value.name.value);
    if (!found(findings, place, actualValue)) continue;
    if (!keepsInput(value.type, actualValue)) findings.incompatible.push(typeSentence(place, value, actualValue));
  }
  for (const value of actual) {
    if (!promisedNames.has(value.name.value) && isRequired(value)) {
      findings.incompatible.push(`${owner}(${value.name.value}) is required, but existing clients do not send it.`);
    }
  }
}

function compareValues(findings: Findings, promised: EnumTypeDefinitionNode, actual: EnumTypeDefinitionNode): void {
  const values = byName(actual.values);
  for (const { name } of promised.values ?? [])
    found(findings, `${promised.name.value}.${name.value}`, values.get(name.value));
}

/** Files the name as implemented or open. */
function found<Node>(findings: Findings, place: string, node: Node | undefined): node is Node {
  if (node === undefined) findings.open.push(place);
  else findings.implemented += 1;
  return node !== undefined;
}

function keepsOutput(promised: TypeNode, actual: TypeNode): boolean {
  if (actual.kind === Kind.NON_NULL_TYPE)
    return keepsOutput(promised.kind === Kind.NON_NULL_TYPE ? promised.type : promised, actual.type);
  if (promised.kind === Kind.LIST_TYPE && actual.kind === Kind.LIST_TYPE)
    return keepsOutput(promised.type, actual.type);
  return print(promised) === print(actual);
}

function keepsInput(promised: TypeNode, actual: InputValueDefinitionNode): boolean {
  const hasDefault = actual.defaultValue !== undefined && actual.type.kind === Kind.NON_NULL_TYPE;
  return acceptsInput(promised, hasDefault && promised.kind !== Kind.NON_NULL_TYPE ? actual.type.type : actual.type);
}

function acceptsInput(promised: TypeNode, actual: TypeNode): boolean {
  if (promised.kind === Kind.NON_NULL_TYPE) {
    return acceptsInput(promised.type, actual.kind === Kind.NON_NULL_TYPE ? actual.type : actual);
  }
  if (promised.kind === Kind.LIST_TYPE && actual.kind === Kind.LIST_TYPE)
    return acceptsInput(promised.type, actual.type);
  return print(promised) === print(actual);
}

function isRequired(value: InputValueDefinitionNode): boolean {
  return value.type.kind === Kind.NON_NULL_TYPE && value.defaultValue === undefined;
}

function typeSentence(place: string, promised: Typed, actual: Typed): string {
  return `${place} must be ${print(promised.type)}, but is ${print(actual.type)}.`;
}

function describeKind(node: TypeDefinitionNode): string {
  return node.kind.replace('TypeDefinition', '').replace('Object', ' object').toLowerCase().trim();
}

function typeDefinitions(sdl: string): Map<string, TypeDefinitionNode> {
  const definitions = parse(sdl, { noLocation: true }).definitions.filter((node) => isTypeDefinition(node));
  return byName(definitions);
}

function byName<Node extends { readonly name: { readonly value: string } }>(
  nodes: readonly Node[] = [],
): Map<string, Node> {
  return new Map(nodes.map((node) => [node.name.value, node]));
}

function isTypeDefinition(node: { readonly kind: string }): node is TypeDefinitionNode {
  return node.kind.endsWith('TypeDefinition');
}

type CompositeNode = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;
type Typed = FieldDefinitionNode | InputValueDefinitionNode;

function isObjectOrInterface(node: TypeDefinitionNode): node is CompositeNode {
  return node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION;
}
