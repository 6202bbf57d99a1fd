import type { ExecutionResult } from 'graphql';

type Path = readonly (string | number)[];

/**
 * The first place where an answer differs from the judge's; `undefined` = none that is not allowed.
 *
 * Without `hasFreedom` the data must be equal, and there are errors exactly if the judge has some. A fetch
 * that needs fields besides keys may fail because of a field that the client did not ask for, and takes its
 * other fields with it (`hasFreedom`): then a null is allowed where the judge has a value, if an error says so.
 * In both cases every failure that the judge tells has an error at, above or below the null it became, and
 * every error of ours lies at, or leads through, a null.
 */
export function firstDifference(
  ours: ExecutionResult,
  right: ExecutionResult,
  hasFreedom: boolean,
): string | undefined {
  const paths = (ours.errors ?? []).map(({ path }) => path ?? []);
  const different = differenceAt(ours.data, right.data, [], hasFreedom ? paths : undefined);
  if (different !== undefined) return different;
  for (const { path = [] } of right.errors ?? []) {
    const lost = nullPrefix(ours.data, path);
    if (!paths.some((told) => startsWith(told, lost) || startsWith(lost, told)))
      return `no error tells of ${JSON.stringify(path)}`;
  }
  if (!hasFreedom && paths.length > 0 && (right.errors ?? []).length === 0)
    return `an error where none is due: ${JSON.stringify(ours.errors?.[0])}`;
  // A second failure behind one null may be told without a place.
  for (const [index, path] of paths.entries())
    if (path.length > 0 && !leadsToNull(ours.data, path))
      return `an error that took nothing: ${JSON.stringify(ours.errors?.[index])}`;
  return undefined;
}

function differenceAt(
  mine: unknown,
  right: unknown,
  path: Path,
  told: readonly Path[] | undefined,
): string | undefined {
  if (
    mine === null &&
    right !== null &&
    told?.some((error) => startsWith(error, path) || startsWith(path, error))
  )
    return undefined;
  if (Array.isArray(mine) && Array.isArray(right)) {
    if (mine.length !== right.length) return `${where(path)}: ${mine.length} items and not ${right.length}`;
    return first(mine.keys(), (index) => differenceAt(mine[index], right[index], [...path, index], told));
  }
  if (isObject(mine) && isObject(right)) {
    const [names, wanted] = [Object.keys(mine), Object.keys(right)];
    if (names.join() !== wanted.join())
      return `${where(path)}: keys ${names.join()} and not ${wanted.join()}`;
    return first(names, (name) => differenceAt(mine[name], right[name], [...path, name], told));
  }
  if (Object.is(mine, right)) return undefined;
  return `${where(path)}: ${brief(mine)} and not ${brief(right)}`;
}

function first<Item>(items: Iterable<Item>, find: (item: Item) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function startsWith(path: Path, prefix: Path): boolean {
  return prefix.length <= path.length && prefix.every((key, index) => path[index] === key);
}

/** The path up to the null that the data has on the way. */
function nullPrefix(data: unknown, path: Path): Path {
  let value = data;
  for (const [depth, key] of path.entries()) {
    if (value === null || value === undefined) return path.slice(0, depth);
    value = (value as Record<string | number, unknown>)[key];
  }
  return path;
}

function leadsToNull(data: unknown, path: Path): boolean {
  const prefix = nullPrefix(data, path);
  let value = data;
  for (const key of prefix) value = (value as Record<string | number, unknown> | null | undefined)?.[key];
  return value === null || value === undefined;
}

function where(path: Path): string {
  return path.length === 0 ? 'data' : path.join('.');
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
