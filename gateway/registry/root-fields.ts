import { type DocumentNode, Kind, type NameNode, type OperationTypeNode, parse } from 'graphql';
import type { Problem } from '../problem.ts';

const DEFAULT_ROOTS: Readonly<Record<string, OperationTypeNode>> = {
  Query: 'query' as OperationTypeNode,
  Mutation: 'mutation' as OperationTypeNode,
  Subscription: 'subscription' as OperationTypeNode,
};

/**
 * The schema of a service that knows nothing of the others: root fields that another subgraph has already get the
 * subgraph's name before theirs (`user` → `loyaltyUser`), and each is told. What does not parse stays as it is.
 */
export function withOwnRootFields(
  name: string,
  sdl: string,
  others: readonly string[],
): { readonly sdl: string; readonly problems: readonly Problem[] } {
  const taken = new Set(others.flatMap((other) => rootFields(parseLeniently(other)).map(keyOf)));
  const problems: Problem[] = [];
  const edits: { readonly node: NameNode; readonly to: string }[] = [];
  const own = rootFields(parseLeniently(sdl));
  for (const field of own) {
    if (!taken.has(keyOf(field))) continue;
    const to = free(camelCase(name, field.node.value), field.kind, taken, own);
    edits.push({ node: field.node, to });
    problems.push({
      severity: 'warning',
      code: 'IMPORT_RENAMED',
      subgraph: name,
      message: `The ${field.kind} field "${field.node.value}" is called "${to}", because another subgraph has one of that name.`,
    });
  }
  let text = sdl;
  for (const { node, to } of edits.toReversed())
    text = text.slice(0, node.loc!.start) + to + text.slice(node.loc!.end);
  return { sdl: text, problems };
}

interface RootField {
  readonly kind: OperationTypeNode;
  readonly node: NameNode;
}

const keyOf = ({ kind, node }: RootField): string => `${kind} ${node.value}`;

/** In the order of the text. */
function rootFields(document: DocumentNode | undefined): RootField[] {
  if (!document) return [];
  const roots = new Map<string, OperationTypeNode>(Object.entries(DEFAULT_ROOTS));
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const { operation, type } of definition.operationTypes ?? []) roots.set(type.name.value, operation);
  }
  return document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.OBJECT_TYPE_EXTENSION)
      return [];
    const kind = roots.get(definition.name.value);
    return kind === undefined ? [] : (definition.fields ?? []).map((field) => ({ kind, node: field.name }));
  });
}

function parseLeniently(sdl: string): DocumentNode | undefined {
  try {
    return parse(sdl);
  } catch {
    // Composition tells what is wrong with it.
    return undefined;
  }
}

function camelCase(name: string, field: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const head = words.map(
    (word, at) => (at === 0 ? word[0]!.toLowerCase() : word[0]!.toUpperCase()) + word.slice(1),
  );
  return head.join('') + field[0]!.toUpperCase() + field.slice(1);
}

function free(
  wanted: string,
  kind: OperationTypeNode,
  taken: ReadonlySet<string>,
  own: readonly RootField[],
): string {
  const used = new Set([...taken, ...own.map(keyOf)]);
  let name = wanted;
  for (let count = 2; used.has(`${kind} ${name}`); count++) name = `${wanted}${count}`;
  return name;
}
