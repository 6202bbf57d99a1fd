import type { InitialCount } from '../compile/incremental.ts';
import type { Rewrite, RewriteSegment } from '../compile/plan.ts';
import type { TypeTable } from '../compile/type-table.ts';
import type { Variables } from '../compile/variables.ts';
import { type DataObject, isDataObject, MAX_LIST_DEPTH, read, write } from './merge.ts';

/** A change that leaves its input as it is and copies only what lies on the way. */
export type ApplyRewrites = (value: unknown, variables: Variables) => unknown;

/** `undefined` if there is nothing to do, so that the caller can skip the call. */
export function compileRewrites(rewrites: readonly Rewrite[], types: TypeTable): ApplyRewrites | undefined {
  if (rewrites.length === 0) return undefined;
  return (value, variables) => {
    const scope = { types, variables };
    return rewrites.reduce((result, rewrite) => rewriteAt(result, rewrite, 0, scope), value);
  };
}

interface RewriteScope {
  readonly types: TypeTable;
  readonly variables: Variables;
}

function rewriteAt(
  value: unknown,
  rewrite: Rewrite,
  depth: number,
  scope: RewriteScope,
  listDepth = 0,
): unknown {
  if (Array.isArray(value)) {
    if (listDepth === MAX_LIST_DEPTH) return value;
    return value.map((item) => rewriteAt(item, rewrite, depth, scope, listDepth + 1));
  }
  if (!isDataObject(value)) return value;
  const segment = rewrite.path[depth];
  if (segment === undefined) return value;
  if (typeof segment !== 'string')
    return satisfies(value, segment, scope.types) ? rewriteAt(value, rewrite, depth + 1, scope) : value;
  if (depth < rewrite.path.length - 1) {
    const before = read(value, segment);
    const after = rewriteAt(before, rewrite, depth + 1, scope);
    if (before === after) return value;
    const copy = { ...value };
    write(copy, segment, after);
    return copy;
  }
  return rewriteKey(value, segment, rewrite, scope.variables);
}

/** Where the type is not told, the condition is taken as met (the planner asked only for what can be). */
function satisfies(value: DataObject, segment: Exclude<RewriteSegment, string>, types: TypeTable): boolean {
  const typename = read(value, '__typename');
  return typeof typename !== 'string' || types.satisfies(typename, segment.onType);
}

function rewriteKey(value: DataObject, key: string, rewrite: Rewrite, variables: Variables): DataObject {
  if (rewrite.rewrite === 'set') {
    const copy = { ...value };
    write(copy, key, rewrite.value);
    return copy;
  }
  const moved = read(value, key);
  if (rewrite.rewrite === 'split')
    return splitList(value, key, moved, rewrite.to, countOf(rewrite, variables));
  if (moved === undefined) return value;
  const { [key]: _, ...copy } = value;
  write(copy, rewrite.to, moved);
  return copy;
}

function countOf({ at }: { readonly at: InitialCount }, variables: Variables): number {
  return typeof at === 'number' ? at : Number(variables[at.variable]);
}

/** The first items stay; a short list has no others. */
function splitList(value: DataObject, key: string, list: unknown, to: string, count: number): DataObject {
  if (!Array.isArray(list) || list.length <= count) return value;
  const copy = { ...value };
  write(copy, key, list.slice(0, count));
  write(copy, to, list.slice(count));
  return copy;
}
