import type { Assembled } from '../execute/assemble.ts';

type Path = readonly (string | number)[];

interface Whole {
  readonly data?: unknown;
  readonly errors?: readonly { readonly path?: Path }[];
}

/**
 * What is different between an answer in parts and the same in one piece. The order of keys is not compared: later
 * fields come behind. With faults: where a part has failed, the piece has a null at the part's object or above; and a
 * null is a null on both sides, or an error says why one of them is none (a fetch that fails takes all that it was for, and
 * parts are fetched apart).
 */
export function differenceInParts(
  assembled: Assembled,
  whole: Whole,
  hasFaults: boolean,
): string | undefined {
  if (!hasFaults && (assembled.errors.length > 0 || whole.errors))
    return `errors: ${JSON.stringify(assembled.errors[0] ?? whole.errors?.[0])}`;
  const isExcused = (path: Path): boolean =>
    hasFaults &&
    (assembled.failed.some((failed) => startsWith(failed, path) || startsWith(path, failed)) ||
      [...assembled.errors, ...(whole.errors ?? [])].some(
        (error) => error.path === undefined || startsWith(error.path, path) || startsWith(path, error.path),
      ));
  const compare = (mine: unknown, right: unknown, path: Path): string | undefined => {
    if (mine === undefined && right === undefined) return undefined;
    if (mine === null || right === null || mine === undefined || right === undefined) {
      if (mine === right || isExcused(path)) return undefined;
      return `${path.join('.')}: ${JSON.stringify(mine)} for ${JSON.stringify(right)}`;
    }
    if (typeof mine !== 'object' || typeof right !== 'object')
      return mine === right
        ? undefined
        : `${path.join('.')}: ${JSON.stringify(mine)} for ${JSON.stringify(right)}`;
    const [a, b] = [mine as Record<string, unknown>, right as Record<string, unknown>];
    if (Array.isArray(mine) !== Array.isArray(right)) return `${path.join('.')}: a list for no list`;
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const own = (object: Record<string, unknown>): unknown =>
        Object.hasOwn(object, key) ? object[key] : undefined;
      const found = compare(own(a), own(b), [...path, Array.isArray(mine) ? Number(key) : key]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return compare(assembled.data, whole.data, []);
}

function startsWith(path: Path, start: Path): boolean {
  return start.every((key, index) => path[index] === key);
}
