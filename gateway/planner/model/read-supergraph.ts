import {
  type ConstDirectiveNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  OperationTypeNode,
  parse,
  type UnionTypeDefinitionNode,
} from 'graphql';
import { flagArgument, textArgument, usesOf } from './directive-arguments.ts';
import { FieldSets } from './field-set.ts';
import { readContexts } from './read-contexts.ts';
import { withoutUnreached } from './reached-types.ts';
import { type FieldReading, readField } from './read-field.ts';
import type { CompositeType, FieldOfType, Key, SupergraphModel, TypeInSubgraph } from './supergraph-model.ts';

type CompositeNode = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode | UnionTypeDefinitionNode;

/** Versions of the join specification that this reader knows: what the directives mean has not changed since. */
const KNOWN_JOIN_VERSIONS = /^v0\.[1-5]$/;

export interface ReadOptions {
  /** Labels of progressive `@override`s that apply; without one the field stays where it was. */
  readonly overrideLabels?: ReadonlySet<string>;
}

/** Types between two yields. */
const BATCH = 5;

/**
 * Reads the join directives (https://specs.apollo.dev/join/) of a supergraph, from Federation 1 (v0.1) on.
 * @throws Error that says what is wrong and where
 */
export function readSupergraph(
  supergraph: string | DocumentNode,
  options: ReadOptions = {},
): SupergraphModel {
  const document = typeof supergraph === 'string' ? parse(supergraph, { noLocation: true }) : supergraph;
  const reading = readSupergraphSliced(document, options);
  for (;;) {
    const step = reading.next();
    if (step.done === true) return step.value;
  }
}

/** The same in small steps, between which others may have their turn. */
export function* readSupergraphSliced(
  document: DocumentNode,
  options: ReadOptions = {},
): Generator<undefined, SupergraphModel, undefined> {
  checkJoinVersion(document);
  const graphs = readGraphs(document);
  const nodes = new Map<string, CompositeNode>();
  for (const node of document.definitions)
    if (isComposite(node) && !node.name.value.includes('__')) nodes.set(node.name.value, node);
  const fieldNames = new Set<string>();
  for (const node of nodes.values())
    if ('fields' in node) for (const field of node.fields ?? []) fieldNames.add(field.name.value);
  const reading: Reading = {
    graphs,
    nodes,
    implementers: implementersOf(nodes.values()),
    fieldSets: new FieldSets((name) => fieldNames.has(name)),
    overrideLabels: options.overrideLabels ?? new Set(),
    isComposite: (name) => nodes.has(name),
    graphName: (id, place) => {
      const name = graphs.get(id);
      if (name === undefined)
        throw new Error(`${place} names the subgraph ${id}, which join__Graph does not have.`);
      return name;
    },
  };
  let count = 0;
  const memberships = new Map<string, ReadonlyMap<string, Membership>>();
  for (const node of nodes.values()) {
    if (count++ % BATCH === 0) yield;
    memberships.set(node.name.value, membershipsOf(reading, node));
  }
  const types = new Map<string, CompositeType>();
  for (const node of nodes.values()) {
    if (count++ % BATCH === 0) yield;
    types.set(node.name.value, readType(reading, memberships, node));
  }
  const contexts = readContexts(document, types);
  const rootTypes = rootTypesOf(document);
  const subgraphs = [...graphs.values()];
  const untold = untoldAbstractTypes(reading);
  if (untold.size === 0) return { subgraphs, types, rootTypes, contexts };
  const starts = new Map(
    subgraphs.map((graph) => [
      graph,
      [...Object.values(rootTypes), ...typesToldOf(graph, reading, memberships)],
    ]),
  );
  return { subgraphs, types: withoutUnreached(types, untold, starts), rootTypes, contexts };
}

/** Interfaces and unions without `@join__type`, as Federation 1 has them. */
function untoldAbstractTypes({ nodes }: Reading): Set<string> {
  const found = new Set<string>();
  for (const [name, node] of nodes)
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && usesOf(node, 'join__type').length === 0) found.add(name);
  return found;
}

function typesToldOf(
  graph: string,
  { nodes }: Reading,
  memberships: ReadonlyMap<string, ReadonlyMap<string, Membership>>,
): string[] {
  const told: string[] = [];
  for (const [name, node] of nodes)
    if (usesOf(node, 'join__type').length > 0 && memberships.get(name)?.has(graph)) told.push(name);
  return told;
}

interface Reading extends FieldReading {
  /** Enum value -> name. */
  readonly graphs: ReadonlyMap<string, string>;
  readonly nodes: ReadonlyMap<string, CompositeNode>;
  /** Types that implement an interface anywhere, by its name. */
  readonly implementers: ReadonlyMap<string, readonly CompositeNode[]>;
}

/** A type in one subgraph, as far as its own definition tells. */
interface Membership {
  readonly keys: Key[];
  isInterfaceObject: boolean;
  readonly interfaces: string[];
  readonly members: string[];
}

function isComposite(node: { readonly kind: Kind }): node is CompositeNode {
  return (
    node.kind === Kind.OBJECT_TYPE_DEFINITION ||
    node.kind === Kind.INTERFACE_TYPE_DEFINITION ||
    node.kind === Kind.UNION_TYPE_DEFINITION
  );
}

function checkJoinVersion(document: DocumentNode): void {
  for (const node of document.definitions) {
    if (node.kind !== Kind.SCHEMA_DEFINITION && node.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const directive of node.directives ?? []) {
      const url = textArgument(directive, 'url') ?? textArgument(directive, 'feature');
      const version = url === undefined ? undefined : /\/join\/(.+)$/.exec(url)?.[1];
      if (version !== undefined && !KNOWN_JOIN_VERSIONS.test(version))
        throw new Error(`The supergraph uses join ${version}, which is not known here: v0.1 to v0.5 are.`);
    }
  }
}

function readGraphs(document: DocumentNode): Map<string, string> {
  const graphs = new Map<string, string>();
  const node = document.definitions.find(
    (definition): definition is EnumTypeDefinitionNode =>
      definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph',
  );
  for (const value of node?.values ?? []) {
    const [directive] = usesOf(value, 'join__graph');
    graphs.set(value.name.value, (directive && textArgument(directive, 'name')) ?? value.name.value);
  }
  if (graphs.size === 0)
    throw new Error('The schema is no supergraph: it has no subgraphs in an enum join__Graph.');
  return graphs;
}

function rootTypesOf(document: DocumentNode): SupergraphModel['rootTypes'] {
  const names = new Map<OperationTypeNode, string>();
  for (const node of document.definitions)
    if (node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION)
      for (const each of node.operationTypes ?? []) names.set(each.operation, each.type.name.value);
  const mutation = names.get(OperationTypeNode.MUTATION);
  const subscription = names.get(OperationTypeNode.SUBSCRIPTION);
  return {
    query: names.get(OperationTypeNode.QUERY) ?? 'Query',
    ...(mutation === undefined ? {} : { mutation }),
    ...(subscription === undefined ? {} : { subscription }),
  };
}

/** By subgraph name. A type without `@join__type` (Federation 1) is taken to be in every subgraph; see `withoutUnreached`. */
function membershipsOf(reading: Reading, node: CompositeNode): Map<string, Membership> {
  const name = node.name.value;
  const found = new Map<string, Membership>();
  const ensure = (graph: string): Membership => {
    let membership = found.get(graph);
    if (!membership)
      found.set(graph, (membership = { keys: [], isInterfaceObject: false, interfaces: [], members: [] }));
    return membership;
  };
  const graphOf = (directive: ConstDirectiveNode): string =>
    reading.graphName(textArgument(directive, 'graph') ?? '', name);
  for (const use of usesOf(node, 'join__type')) {
    const membership = ensure(graphOf(use));
    if (flagArgument(use, 'isInterfaceObject', false)) membership.isInterfaceObject = true;
    const text = textArgument(use, 'key');
    if (text === undefined) continue;
    const fields = reading.fieldSets.read(text, name);
    membership.keys.push({ fields, text, resolvable: flagArgument(use, 'resolvable', true) });
  }
  for (const use of usesOf(node, 'join__owner')) ensure(graphOf(use));
  if (found.size === 0) for (const graph of reading.graphs.values()) ensure(graph);
  if (node.kind === Kind.UNION_TYPE_DEFINITION) {
    const uses = usesOf(node, 'join__unionMember');
    for (const use of uses) ensure(graphOf(use)).members.push(textArgument(use, 'member') ?? '');
    if (uses.length === 0)
      for (const membership of found.values())
        membership.members.push(...(node.types ?? []).map((type) => type.name.value));
    return found;
  }
  const uses = usesOf(node, 'join__implements');
  for (const use of uses) ensure(graphOf(use)).interfaces.push(textArgument(use, 'interface') ?? '');
  if (uses.length === 0)
    for (const membership of found.values())
      membership.interfaces.push(...(node.interfaces ?? []).map((type) => type.name.value));
  return found;
}

function readType(
  reading: Reading,
  memberships: ReadonlyMap<string, ReadonlyMap<string, Membership>>,
  node: CompositeNode,
): CompositeType {
  const name = node.name.value;
  const own = memberships.get(name) ?? new Map<string, Membership>();
  const kind =
    node.kind === Kind.OBJECT_TYPE_DEFINITION
      ? 'object'
      : node.kind === Kind.INTERFACE_TYPE_DEFINITION
        ? 'interface'
        : 'union';
  const inSubgraphs = new Map<string, TypeInSubgraph>();
  for (const [graph, { keys, isInterfaceObject, interfaces, members }] of own) {
    const possible =
      kind === 'object' || isInterfaceObject
        ? [name]
        : kind === 'union'
          ? members
          : implementersIn(reading, memberships, name, graph);
    inSubgraphs.set(graph, { keys, isInterfaceObject, interfaces, possible });
  }
  const fields = new Map<string, FieldOfType>();
  if ('fields' in node) {
    const graphs = { all: [...own.keys()], withKey: keyHolders(own) };
    for (const field of node.fields ?? [])
      fields.set(field.name.value, readField(reading, name, field, graphs));
  }
  return {
    kind,
    name,
    fields,
    in: inSubgraphs,
    objects: objectsOf(reading, memberships, node),
    interfaces: 'interfaces' in node ? (node.interfaces ?? []).map((each) => each.name.value) : [],
  };
}

/** Subgraphs by the names of the fields at the top of their keys. */
function keyHolders(own: ReadonlyMap<string, Membership>): ReadonlyMap<string, ReadonlySet<string>> {
  const holders = new Map<string, Set<string>>();
  for (const [graph, { keys }] of own)
    for (const { fields } of keys)
      for (const field of fields.selections) {
        if (field.kind !== 'field') continue;
        const graphs = holders.get(field.name) ?? new Set();
        holders.set(field.name, graphs.add(graph));
      }
  return holders;
}

function implementersIn(
  reading: Reading,
  memberships: ReadonlyMap<string, ReadonlyMap<string, Membership>>,
  name: string,
  graph: string,
): string[] {
  const found: string[] = [];
  for (const node of reading.implementers.get(name) ?? []) {
    const membership = memberships.get(node.name.value)?.get(graph);
    const isObject = node.kind === Kind.OBJECT_TYPE_DEFINITION || membership?.isInterfaceObject === true;
    if (isObject && membership?.interfaces.includes(name)) found.push(node.name.value);
  }
  return found;
}

function objectsOf(
  reading: Reading,
  memberships: ReadonlyMap<string, ReadonlyMap<string, Membership>>,
  node: CompositeNode,
): Set<string> {
  const name = node.name.value;
  if (node.kind === Kind.OBJECT_TYPE_DEFINITION) return new Set([name]);
  if (node.kind === Kind.UNION_TYPE_DEFINITION) {
    const members = (node.types ?? []).map((type) => type.name.value);
    for (const { members: local } of memberships.get(name)?.values() ?? []) members.push(...local);
    return new Set(members);
  }
  const implementers = reading.implementers.get(name) ?? [];
  return new Set(
    implementers.filter(({ kind }) => kind === Kind.OBJECT_TYPE_DEFINITION).map((other) => other.name.value),
  );
}

function implementersOf(nodes: Iterable<CompositeNode>): Map<string, CompositeNode[]> {
  const found = new Map<string, CompositeNode[]>();
  for (const node of nodes) {
    if (!('interfaces' in node)) continue;
    for (const { name } of node.interfaces ?? []) {
      const known = found.get(name.value);
      if (known) known.push(node);
      else found.set(name.value, [node]);
    }
  }
  return found;
}
