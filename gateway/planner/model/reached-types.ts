import type { SelectionList } from '../selection.ts';
import type { CompositeType, FieldInSubgraph, FieldOfType, TypeInSubgraph } from './supergraph-model.ts';

type Types = ReadonlyMap<string, CompositeType>;

/**
 * A supergraph of Federation 1 does not tell which subgraphs have an interface or a union. Certain is only
 * that a subgraph has those that its own fields return: elsewhere they must not be named, since a subgraph
 * refuses a document with a type that it does not know.
 * @param untold the abstract types of which nothing is told
 * @param starts by subgraph: the types of which it is told, and the root types
 */
export function withoutUnreached(
  types: Types,
  untold: ReadonlySet<string>,
  starts: ReadonlyMap<string, readonly string[]>,
): Map<string, CompositeType> {
  const unreached = new Map<string, ReadonlySet<string>>();
  for (const [graph, names] of starts) {
    const reached = reachedIn(types, graph, names);
    unreached.set(graph, new Set([...untold].filter((name) => !reached.has(name))));
  }
  const isHere = (graph: string, name: string): boolean => unreached.get(graph)?.has(name) !== true;
  return new Map([...types].map(([name, type]) => [name, restricted(type, isHere)]));
}

/** Names of the types that fields of the subgraph can return, with those that it starts from. */
function reachedIn(types: Types, graph: string, starts: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [...starts];
  const reach = (field: FieldInSubgraph | undefined): void => {
    if (!field?.type.isComposite) return;
    open.push(field.type.name);
    if (field.provides) reachThrough(field.type.name, field.provides);
  };
  /** Provided fields and those of keys are there, too, though another subgraph resolves them. */
  const reachThrough = (parent: string, { selections }: SelectionList): void => {
    for (const selection of selections) {
      if (selection.kind === 'fragment') {
        if (selection.onType !== undefined) open.push(selection.onType);
        reachThrough(selection.onType ?? parent, selection.below);
        continue;
      }
      const [type] = [...(types.get(parent)?.fields.get(selection.name)?.in.values() ?? [])].map(
        (field) => field.type,
      );
      if (!type?.isComposite) continue;
      open.push(type.name);
      if (selection.below) reachThrough(type.name, selection.below);
    }
  };
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const type = types.get(name);
    if (!type || reached.has(name)) continue;
    reached.add(name);
    const here = type.in.get(graph);
    for (const possible of here?.possible ?? []) open.push(possible);
    for (const key of here?.keys ?? []) reachThrough(name, key.fields);
    for (const field of type.fields.values()) reach(field.in.get(graph));
  }
  return reached;
}

function restricted(type: CompositeType, isHere: (graph: string, name: string) => boolean): CompositeType {
  const inSubgraphs = new Map<string, TypeInSubgraph>();
  for (const [graph, there] of type.in)
    if (isHere(graph, type.name))
      inSubgraphs.set(graph, {
        ...there,
        interfaces: there.interfaces.filter((name) => isHere(graph, name)),
      });
  const fields = new Map<string, FieldOfType>();
  for (const [name, field] of type.fields)
    fields.set(name, { name, in: new Map([...field.in].filter(([graph]) => isHere(graph, type.name))) });
  return { ...type, in: inSubgraphs, fields };
}
