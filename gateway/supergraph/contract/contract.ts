import {
  type DefinitionNode,
  type DirectiveDefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  type NamedTypeNode,
  OperationTypeNode,
  type TypeDefinitionNode,
} from 'graphql';
import type { Problem } from '../../problem.ts';
import type { Sliced } from '../slices.ts';
import { type Contract, type LeftOut, leftOutBy, namedType } from './left-out.ts';
import type { Tags } from './tags.ts';

/** The part of a schema that a contract keeps. */
export interface ContractDefinitions {
  /** Empty if there are errors among the problems. */
  readonly definitions: readonly DefinitionNode[];
  readonly problems: readonly Problem[];
}

/** Elements that are named in warnings, per contract. */
const MAX_TOLD = 20;
/** Definitions between two yields. */
const BATCH = 50;

/**
 * What the clients of a contract see: what it leaves out is gone, and so are types that no operation can reach.
 * @param definitions what all clients see, without extensions
 * @param tags of the supergraph
 */
export function* contractDefinitions(
  name: string,
  contract: Contract,
  definitions: readonly DefinitionNode[],
  tags: Tags,
): Sliced<ContractDefinitions> {
  const leftOut = yield* leftOutBy(contract, definitions, tags);
  const query = queryType(definitions);
  const why = leftOut.get(query);
  if (why !== undefined) return { definitions: [], problems: [empty(name, contract, `"${query}": ${why}`)] };
  const kept: DefinitionNode[] = [];
  let count = 0;
  for (const node of definitions) {
    if (count++ % BATCH === 0) yield;
    const rest = withoutLeftOut(node, leftOut);
    if (rest) kept.push(rest);
  }
  const reachable = yield* reachableTypes(kept);
  return {
    definitions: kept.filter((node) => !isTypeDefinitionNode(node) || reachable.has(node.name.value)),
    problems: [...unknownTags(name, contract, tags), ...missed(name, contract, tags, leftOut)],
  };
}

function queryType(definitions: readonly DefinitionNode[]): string {
  for (const node of definitions)
    if (node.kind === Kind.SCHEMA_DEFINITION)
      for (const { operation, type } of node.operationTypes)
        if (operation === OperationTypeNode.QUERY) return type.name.value;
  return 'Query';
}

function withoutLeftOut(node: DefinitionNode, leftOut: LeftOut): DefinitionNode | undefined {
  if (node.kind === Kind.SCHEMA_DEFINITION)
    return {
      ...node,
      operationTypes: node.operationTypes.filter(({ type }) => !leftOut.has(type.name.value)),
    };
  if (node.kind === Kind.DIRECTIVE_DEFINITION) return directive(node, leftOut);
  if (!isTypeDefinitionNode(node)) return node;
  const name = node.name.value;
  if (leftOut.has(name)) return undefined;
  const named = (types: readonly NamedTypeNode[] = []) =>
    types.filter((type) => !leftOut.has(type.name.value));
  const parts = <Part extends { readonly name: { readonly value: string } }>(all: readonly Part[] = []) =>
    all.filter((part) => !leftOut.has(`${name}.${part.name.value}`));
  switch (node.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION:
      return {
        ...node,
        interfaces: named(node.interfaces),
        fields: parts(node.fields).map((field) => withArguments(field, name, leftOut)),
      };
    case Kind.UNION_TYPE_DEFINITION:
      return { ...node, types: named(node.types) };
    case Kind.ENUM_TYPE_DEFINITION:
      return { ...node, values: parts(node.values) };
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return { ...node, fields: parts(node.fields) };
    default:
      return node;
  }
}

function withArguments(field: FieldDefinitionNode, owner: string, leftOut: LeftOut): FieldDefinitionNode {
  if (field.arguments === undefined || field.arguments.length === 0) return field;
  const place = `${owner}.${field.name.value}`;
  return {
    ...field,
    arguments: field.arguments.filter((argument) => !leftOut.has(`${place}(${argument.name.value}:)`)),
  };
}

/** Arguments of directives have no tags of their own; a directive goes with the type of one. */
function directive(node: DirectiveDefinitionNode, leftOut: LeftOut): DirectiveDefinitionNode | undefined {
  const gone = (argument: InputValueDefinitionNode): boolean => leftOut.has(namedType(argument.type));
  return node.arguments?.some(gone) === true ? undefined : node;
}

/** Types that operations can meet: also as an interface of what they meet. */
function* reachableTypes(definitions: readonly DefinitionNode[]): Sliced<ReadonlySet<string>> {
  const types = new Map<string, TypeDefinitionNode>();
  const implementations = new Map<string, string[]>();
  for (const node of definitions) {
    if (!isTypeDefinitionNode(node)) continue;
    types.set(node.name.value, node);
    if (!('interfaces' in node)) continue;
    for (const { name } of node.interfaces ?? [])
      implementations.set(name.value, [...(implementations.get(name.value) ?? []), node.name.value]);
  }
  const reached = new Set<string>();
  /** Those of which there may be an object: not an interface that is only implemented. */
  const met = new Set<string>();
  const meet = (name: string): void => void met.add(name);
  for (const node of definitions) {
    if (node.kind === Kind.SCHEMA_DEFINITION)
      for (const { type } of node.operationTypes) meet(type.name.value);
    if (node.kind === Kind.DIRECTIVE_DEFINITION)
      for (const { type } of node.arguments ?? []) meet(namedType(type));
  }
  const follow = (name: string): void => {
    const node = types.get(name);
    if (!node || reached.has(name)) return;
    reached.add(name);
    if (node.kind === Kind.UNION_TYPE_DEFINITION) for (const type of node.types ?? []) meet(type.name.value);
    if (!('fields' in node)) return;
    for (const field of node.fields ?? []) {
      meet(namedType(field.type));
      if ('arguments' in field) for (const { type } of field.arguments ?? []) meet(namedType(type));
    }
    if ('interfaces' in node)
      for (const { name: implemented } of node.interfaces ?? []) follow(implemented.value);
  };
  // Grows while it is iterated over.
  let count = 0;
  for (const name of met) {
    if (count++ % BATCH === 0) yield;
    follow(name);
    for (const implementation of implementations.get(name) ?? []) meet(implementation);
  }
  return reached;
}

function empty(name: string, { include, exclude }: Contract, why: string): Problem {
  const tags = (what: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`${what}: [${names.join(', ')}]`];
  return {
    severity: 'error',
    code: 'CONTRACT_EMPTY',
    message: `The variant "${name}" (${[...tags('include', include), ...tags('exclude', exclude)].join(', ')}) leaves nothing to ask for. ${why}.`,
    fix: `Tag at least one field of the query type, and a field of the type that it returns: @tag(name: "${include[0] ?? 'public'}").`,
  };
}

function unknownTags(name: string, { include, exclude }: Contract, tags: Tags): readonly Problem[] {
  const known = new Set<string>();
  for (const own of tags.values()) for (const tag of own) known.add(tag);
  return [...new Set([...include, ...exclude])]
    .filter((tag) => !known.has(tag))
    .map((tag) => ({
      severity: 'warning',
      code: 'CONTRACT_UNKNOWN_TAG',
      message: `The variant "${name}" names the tag "${tag}", which nothing in the graph has.`,
      fix:
        known.size === 0
          ? 'The graph has no tags.'
          : `Its tags are ${[...known].toSorted().slice(0, 20).join(', ')}.`,
    }));
}

/** Fields that somebody has tagged for these clients, and that they do not get. */
function missed(
  name: string,
  { include, exclude }: Contract,
  tags: Tags,
  leftOut: LeftOut,
): readonly Problem[] {
  if (include.length === 0) return [];
  const problems: Problem[] = [];
  let more = 0;
  for (const [coordinate, own] of tags) {
    const tag = include.find((each) => own.has(each));
    const why = leftOut.get(coordinate);
    if (tag === undefined || why === undefined || exclude.some((each) => own.has(each))) continue;
    if (problems.length === MAX_TOLD) more++;
    else
      problems.push({
        severity: 'warning',
        code: 'CONTRACT_LEAVES_OUT',
        message: `${coordinate} is tagged "${tag}", and yet not in the variant "${name}": ${why}.`,
        fix: 'Tag what it needs as well, or take its tag away.',
      });
  }
  if (more > 0)
    problems.push({
      severity: 'warning',
      code: 'CONTRACT_LEAVES_OUT',
      message: `${more} more elements that are tagged for the variant "${name}" are not in it.`,
    });
  return problems;
}
