import { hash } from 'node:crypto';
import type { VariantConfig } from './config/schema.ts';
import type { HttpRequest } from './http/message.ts';

/** A request that a variant answers. */
export interface Found {
  readonly variant: string;
  /** The path that the main graph would have for it: `/graphql`, `/schema.graphql`. */
  readonly path: string;
}

/** @param identity of who asks; `''` = anonymous */
export type FindVariant = (
  request: Pick<HttpRequest, 'path' | 'headers'>,
  identity: string,
) => Found | undefined;

type Place = VariantConfig['at'][number];
type PathOf = (path: string) => string | undefined;

const FILES: readonly string[] = ['/schema.graphql', '/schema.json', '/types.ts'];
/** Where a variant without a path of its own may take the place of the main graph. */
const MAIN_PATHS: ReadonlySet<string> = new Set(['/graphql', '/', ...FILES]);

/** Which variant answers a request: the first one, in the order of the configuration, that has a place which fits. */
export function compilePlaces(variants: Readonly<Record<string, VariantConfig>>): FindVariant {
  const places = Object.entries(variants).flatMap(([variant, { at }]) =>
    at.map((place) => ({
      variant,
      pathOf: compilePath(place.path),
      fits: compileConditions(variant, place),
    })),
  );
  return (request, identity) => {
    for (const { variant, pathOf, fits } of places) {
      const path = pathOf(request.path);
      if (path !== undefined && fits(request, identity)) return { variant, path };
    }
    return undefined;
  };
}

function compilePath(graphql: string | undefined): PathOf {
  if (graphql === undefined) return (path) => (MAIN_PATHS.has(path) ? path : undefined);
  const base = graphql.endsWith('/graphql') ? graphql.slice(0, -'/graphql'.length) : graphql;
  const paths = new Map(FILES.map((file) => [base + file, file]));
  paths.set(graphql, '/graphql');
  return (path) => paths.get(path);
}

type Condition = (request: Pick<HttpRequest, 'headers'>, identity: string) => boolean;

function compileConditions(variant: string, { host, header, percent, sticky }: Place): Condition {
  const conditions: Condition[] = [];
  if (host !== undefined) conditions.push(({ headers }) => hostOf(headers['host']) === host);
  if (header) conditions.push(({ headers }) => headers[header.name] === header.value);
  if (percent !== undefined) conditions.push(compileShare(variant, percent, sticky));
  return (request, identity) => conditions.every((fits) => fits(request, identity));
}

/** Without the port. */
function hostOf(header: string | undefined): string | undefined {
  return header?.replace(/:\d*$/, '').toLowerCase();
}

/** Who is among the first 5 % is also among the first 10 %; and being in one variant says nothing about another. */
function compileShare(variant: string, percent: number, sticky: string | undefined): Condition {
  return ({ headers }, identity) => {
    const who = sticky === undefined ? identity : (headers[sticky] ?? '');
    if (who !== '') return shareOf(`${variant}\n${who}`) < percent;
    return sticky === undefined && Math.random() * 100 < percent;
  };
}

/** From 0 to below 100, evenly spread. */
function shareOf(text: string): number {
  return (Number.parseInt(hash('sha256', text).slice(0, 8), 16) / 2 ** 32) * 100;
}
