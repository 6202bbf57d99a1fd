import { HttpFault } from './fault.ts';
import type { Route } from './route.ts';

/** A route, and what requests it takes. */
export interface CompiledRoute {
  readonly route: Route;
  readonly method: string;
  readonly pattern: RegExp;
}

export function compileRoute(route: Route): CompiledRoute {
  const [method = '', path = ''] = route.name.split(' ');
  // The paths are our own, letters and slashes: nothing in them means something else to a pattern.
  const source = path.replaceAll(/\{\w+\}/g, '([^/]+)');
  return { route, method, pattern: new RegExp(`^${source}$`) };
}

/**
 * The route for a method and a path, with the values of its segments.
 * @throws HttpFault 404, 405, or 400 if a segment is not percent-encoded UTF-8
 */
export function findRoute(
  routes: readonly CompiledRoute[],
  method: string,
  path: string,
): { route: Route; params: string[] } {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const allowed: string[] = [];
  for (const candidate of routes) {
    const match = candidate.pattern.exec(path);
    if (match === null) continue;
    if (candidate.method === wanted) return { route: candidate.route, params: match.slice(1).map(decode) };
    allowed.push(...(candidate.method === 'GET' ? ['GET', 'HEAD'] : [candidate.method]));
  }
  if (allowed.length === 0) throw new HttpFault(404, 'ROUTE_NOT_FOUND', `There is nothing at ${path}.`);
  const allow = allowed.join(', ');
  throw new HttpFault(405, 'METHOD_NOT_ALLOWED', `${path} does not know ${method}; it knows ${allow}.`, {
    headers: { allow },
  });
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new HttpFault(400, 'INVALID_PATH', `The path segment ${segment} is not percent-encoded UTF-8.`);
  }
}
