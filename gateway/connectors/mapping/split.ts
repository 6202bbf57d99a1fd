import { variableUses } from './reads.ts';
import { shapeOf } from './shape.ts';
import type { Mapping } from './mapping.ts';
import type { Expression, Selection } from './syntax.ts';

/** A mapping of a whole answer, cut into the way to its items and the mapping of one item. */
export interface SplitMapping {
  readonly items: Mapping;
  /** Absent: the items are taken as they are. */
  readonly item: Mapping | undefined;
}

/**
 * `$.users { id name }` is `$.users`, and `id name` for each of them; `id name` is `$`, and itself. So the parts of a
 * batch can be told apart before anything of them is mapped.
 */
export function splitItems(mapping: Mapping): SplitMapping {
  const { ast } = mapping;
  const [only] = ast.kind === 'selection' ? ast.items : [];
  const path =
    ast.kind === 'path'
      ? ast
      : only?.kind === 'anonymous' && only.value.kind === 'path'
        ? only.value
        : undefined;
  if (path) {
    const { selection, ...bare } = path;
    return { items: part(mapping, bare), item: selection && part(mapping, selection) };
  }
  if (ast.kind !== 'selection' || only?.kind === 'anonymous') return { items: mapping, item: undefined };
  const { offset, length } = ast;
  return {
    items: part(mapping, { kind: 'path', root: { kind: 'dollar' }, steps: [], offset, length }),
    item: mapping,
  };
}

function part(mapping: Mapping, ast: Selection | Expression): Mapping {
  return { ...mapping, ast, variables: variableUses(ast), shape: shapeOf(ast) };
}
