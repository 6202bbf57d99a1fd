import type { SelectionSetNode } from 'graphql';
import { Kind } from 'graphql';
import type { Asked } from './collect.ts';

/** Paths as a selection: `['org', 'id']` → `{ org { id } }`. */
export function askedFor(paths: readonly (readonly string[])[]): Asked {
  return { set: selectionOf(paths), condition: undefined };
}

function selectionOf(paths: readonly (readonly string[])[]): SelectionSetNode {
  const heads = new Set(paths.map((p) => p[0]!));
  return {
    kind: Kind.SELECTION_SET,
    selections: [...heads].map((head) => {
      const below = paths.filter((p) => p[0] === head && p.length > 1).map((p) => p.slice(1));
      return {
        kind: Kind.FIELD,
        name: { kind: Kind.NAME, value: head },
        ...(below.length > 0 && { selectionSet: selectionOf(below) }),
      };
    }),
  };
}
