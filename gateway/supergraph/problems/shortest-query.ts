import {
  type FieldNode as QueryField,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { type FieldNode, namedType } from './definitions.ts';
import { oneLine } from './edits.ts';
import type { Unsatisfiable } from './parse-unsatisfiable.ts';
import type { Places } from './places.ts';

/** A query in one line, if it is no longer than this. */
const MAX_LINE = 100;

/** The query that fails, without what has no part in its failure: optional arguments, and a longer way than is needed. */
export function shortestQuery(failure: Unsatisfiable, places: Places): string {
  const operation = parseQuery(failure.query);
  if (!operation) return failure.query;
  const path = [...pathOf(operation.selectionSet)];
  const { selectionSet } = shorterPath(failure, operation, path, places) ?? operation;
  const text = print({
    ...operation,
    selectionSet: withoutOptional(selectionSet, rootType(operation, places), places),
  });
  const line = oneLine(text);
  return line.length <= MAX_LINE ? line : text;
}

function parseQuery(query: string): OperationDefinitionNode | undefined {
  try {
    // The composer stops at an object with "...", which is no GraphQL.
    const complete = query.replace(/^(\s*)\.\.\.$/m, '$1__typename');
    const [definition] = parse(complete, { noLocation: true }).definitions;
    return definition?.kind === Kind.OPERATION_DEFINITION ? definition : undefined;
  } catch {
    return undefined;
  }
}

/** A witness is a path: each selection set has one selection. It ends with the field that is not reached. */
function* pathOf(set: SelectionSetNode): Generator<SelectionNode> {
  const [only] = set.selections;
  if (!only || (only.kind === Kind.FIELD && only.name.value === '__typename')) return;
  yield only;
  if (only.kind !== Kind.FRAGMENT_SPREAD && only.selectionSet) yield* pathOf(only.selectionSet);
}

function rootType({ operation }: OperationDefinitionNode, places: Places): string | undefined {
  for (const name of places.names()) {
    const definitions = places.definitions(name);
    const type = definitions?.rootType(operation);
    if (type !== undefined && definitions!.type(type).length > 0) return type;
  }
  return undefined;
}

function definitionsOf(places: Places, type: string, field: string): { name: string; node: FieldNode }[] {
  return places.names().flatMap((name) => {
    const node = places.definitions(name)?.field(type, field);
    return node ? [{ name, node }] : [];
  });
}

function withoutOptional(set: SelectionSetNode, type: string | undefined, places: Places): SelectionSetNode {
  if (type === undefined) return set;
  const selections = set.selections.map((selection): SelectionNode => {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const of = selection.typeCondition?.name.value ?? type;
      return { ...selection, selectionSet: withoutOptional(selection.selectionSet, of, places) };
    }
    if (selection.kind !== Kind.FIELD) return selection;
    const found = definitionsOf(places, type, selection.name.value);
    const of = found[0] && namedType(found[0].node.type);
    const given = selection.arguments?.filter(({ name }) =>
      found.some(({ node }) => needsArgument(node, name.value)),
    );
    return {
      ...selection,
      ...(given && { arguments: given }),
      ...(selection.selectionSet && {
        selectionSet: withoutOptional(selection.selectionSet, of, places),
      }),
    };
  });
  return { ...set, selections };
}

function needsArgument(node: FieldNode, name: string): boolean {
  const args = node.kind === Kind.FIELD_DEFINITION ? (node.arguments ?? []) : [];
  return args.some(
    (arg) => arg.name.value === name && arg.type.kind === Kind.NON_NULL_TYPE && !arg.defaultValue,
  );
}

interface Step {
  readonly type: string;
  readonly fields: readonly string[];
}

/**
 * A shorter way to the object whose field is not reached. It fails as the witness does if the object comes from none but
 * subgraphs that the reasons name: each of them was shown to be a dead end, wherever the query came from. Ways whose
 * directives or arguments could change that are left out.
 */
function shorterPath(
  { reasons }: Unsatisfiable,
  operation: OperationDefinitionNode,
  path: readonly SelectionNode[],
  places: Places,
): OperationDefinitionNode | undefined {
  const last = path.at(-1);
  if (operation.operation !== 'query' || last?.kind !== Kind.FIELD || path.length < 4) return undefined;
  const parent = parentOf(path, operation, places);
  const query = rootType(operation, places);
  if (parent === undefined || query === undefined || !hasOneName(query, places)) return undefined;
  const deadEnds = new Set(reasons.map(({ from }) => from));
  const fields = shortestTo(query, parent, deadEnds, path.length - 2, places);
  return fields && { ...operation, selectionSet: nested(fields, last) };
}

/** Composition merges query types of different names. */
function hasOneName(query: string, places: Places): boolean {
  return places.names().every((name) => {
    const definitions = places.definitions(name);
    const own = definitions?.rootType('query') ?? query;
    return own === query || definitions!.type(own).length === 0;
  });
}

/** The type of the objects whose field is asked for last, if the field before gives just that type. */
function parentOf(
  path: readonly SelectionNode[],
  operation: OperationDefinitionNode,
  places: Places,
): string | undefined {
  let type = rootType(operation, places);
  for (const selection of path.slice(0, -1)) {
    if (type === undefined || selection.kind === Kind.FRAGMENT_SPREAD) return undefined;
    if (selection.kind === Kind.INLINE_FRAGMENT) type = selection.typeCondition?.name.value;
    else {
      const [found] = definitionsOf(places, type, selection.name.value);
      type = found && namedType(found.node.type);
    }
  }
  return path.at(-2)?.kind === Kind.FIELD ? type : undefined;
}

function shortestTo(
  from: string,
  to: string,
  deadEnds: ReadonlySet<string>,
  maxFields: number,
  places: Places,
): readonly string[] | undefined {
  const seen = new Set([from]);
  let reached: Step[] = [{ type: from, fields: [] }];
  for (let length = 1; length < maxFields && reached.length > 0; length++) {
    const next: Step[] = [];
    for (const { type, fields } of reached)
      for (const [field, { subgraphs, of }] of plainFields(type, places)) {
        const step = { type: of, fields: [...fields, field] };
        if (of === to && [...subgraphs].every((name) => deadEnds.has(name))) return step.fields;
        if (!seen.has(of)) {
          seen.add(of);
          next.push(step);
        }
      }
    reached = next;
  }
  return undefined;
}

/** Fields of an object without arguments that must be given, and without directives that have a say in how it is reached. */
function plainFields(
  type: string,
  places: Places,
): Map<string, { readonly subgraphs: Set<string>; readonly of: string }> {
  const plain = new Map<string, { readonly subgraphs: Set<string>; readonly of: string }>();
  const left = new Set<string>();
  for (const name of places.names()) {
    const definitions = places.definitions(name);
    if (!definitions) continue;
    const isObject = definitions.type(type).every(({ kind }) => kind.startsWith('Object'));
    for (const node of definitions.fields(type)) {
      const field = node.name.value;
      const decides = (['external', 'inaccessible', 'override', 'provides', 'requires'] as const).some(
        (directive) => definitions.applied(node, directive).length > 0,
      );
      const args = node.kind === Kind.FIELD_DEFINITION ? (node.arguments ?? []) : [];
      if (!isObject || decides || args.length > 0) left.add(field);
      const known = plain.get(field);
      if (known) known.subgraphs.add(name);
      else plain.set(field, { subgraphs: new Set([name]), of: namedType(node.type) });
    }
  }
  for (const field of left) plain.delete(field);
  return plain;
}

function nested(fields: readonly string[], last: QueryField): SelectionSetNode {
  const leaf: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [last] };
  return fields.reduceRight<SelectionSetNode>(
    (selectionSet, field) => ({
      kind: Kind.SELECTION_SET,
      selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: field }, selectionSet }],
    }),
    leaf,
  );
}
