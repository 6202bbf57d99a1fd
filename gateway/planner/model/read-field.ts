import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  Kind,
  parseType,
  print,
  type TypeNode,
} from 'graphql';
import { flagArgument, itemsOf, textArgument, textField, usesOf } from './directive-arguments.ts';
import type { FieldSets } from './field-set.ts';
import type { ContextArgument, FieldInSubgraph, FieldOfType, TypeReference } from './supergraph-model.ts';

export interface FieldReading {
  readonly fieldSets: FieldSets;
  readonly overrideLabels: ReadonlySet<string>;
  isComposite(name: string): boolean;
  /** @throws Error if the supergraph has no such subgraph */
  graphName(id: string, place: string): string;
}

/** The subgraphs of the type that has the field. */
export interface GraphsOfType {
  readonly all: readonly string[];
  /** By name of a field of one of their keys. */
  readonly withKey: ReadonlyMap<string, ReadonlySet<string>>;
}

export function readField(
  reading: FieldReading,
  typeName: string,
  node: FieldDefinitionNode,
  graphs: GraphsOfType,
): FieldOfType {
  const name = node.name.value;
  const place = `${typeName}.${name}`;
  const declared = typeReference(reading, node.type);
  const inSubgraphs = new Map<string, FieldInSubgraph>();
  const uses = usesOf(node, 'join__field');
  const named = uses.filter((use) => textArgument(use, 'graph') !== undefined);
  if (uses.length === 0) {
    for (const graph of graphs.all) inSubgraphs.set(graph, { type: declared, external: false });
    return { name, in: inSubgraphs };
  }
  // Federation 1 does not tell that who has a key has its fields; later versions do, and then this adds nothing.
  const untold = named.length > 0 ? (graphs.withKey.get(name) ?? []) : [];
  for (const graph of untold) inSubgraphs.set(graph, { type: declared, external: false });
  const overridden = appliedOverrides(reading, named);
  for (const use of named) {
    const graph = reading.graphName(textArgument(use, 'graph') ?? '', place);
    const field = readUse(reading, use, declared, place);
    const label = textArgument(use, 'overrideLabel');
    const isElsewhere =
      label !== undefined &&
      reading.overrideLabels.has(label) !== (textArgument(use, 'override') !== undefined);
    inSubgraphs.set(graph, isElsewhere || overridden.has(graph) ? { ...field, external: true } : field);
  }
  return { name, in: inSubgraphs };
}

/** Subgraphs from which the field is taken over without a label. */
function appliedOverrides(reading: FieldReading, uses: readonly ConstDirectiveNode[]): ReadonlySet<string> {
  const overridden = new Set<string>();
  for (const use of uses) {
    const from = textArgument(use, 'override');
    const label = textArgument(use, 'overrideLabel');
    if (from !== undefined && (label === undefined || reading.overrideLabels.has(label)))
      overridden.add(from);
  }
  return overridden;
}

/** With a label the field is taken over only where the label applies, which `readField` decides. */
function isTakenOver(use: ConstDirectiveNode): boolean {
  return flagArgument(use, 'usedOverridden', false) && textArgument(use, 'overrideLabel') === undefined;
}

function readUse(
  reading: FieldReading,
  use: ConstDirectiveNode,
  declared: TypeReference,
  place: string,
): FieldInSubgraph {
  const type = textArgument(use, 'type');
  const requires = textArgument(use, 'requires');
  const provides = textArgument(use, 'provides');
  const contextArguments = readContextArguments(reading, use, place);
  return {
    type: type === undefined ? declared : typeReference(reading, parseType(type, { noLocation: true })),
    external: flagArgument(use, 'external', false) || isTakenOver(use),
    ...(requires === undefined ? {} : { requires: reading.fieldSets.read(requires, place) }),
    ...(provides === undefined ? {} : { provides: reading.fieldSets.read(provides, place) }),
    ...(contextArguments.length === 0 ? {} : { contextArguments }),
  };
}

/** Join spec v0.5: `contextArguments: [{ context, name, type, selection }]`. */
function readContextArguments(
  reading: FieldReading,
  use: ConstDirectiveNode,
  place: string,
): ContextArgument[] {
  return itemsOf(use, 'contextArguments').map((item) => {
    const [context, name, type, selection] = ['context', 'name', 'type', 'selection'].map((key) =>
      textField(item, key),
    );
    if (context === undefined || name === undefined || type === undefined || selection === undefined)
      throw new Error(
        `The contextArguments of ${place} must have a context, a name, a type and a selection.`,
      );
    return { name, type, context, selection: reading.fieldSets.read(selection, place) };
  });
}

function typeReference(reading: FieldReading, node: TypeNode): TypeReference {
  let named = node;
  while (named.kind !== Kind.NAMED_TYPE) named = named.type;
  const name = named.name.value;
  return {
    text: print(node),
    name,
    nonNull: node.kind === Kind.NON_NULL_TYPE,
    isComposite: reading.isComposite(name),
  };
}
