import type { GraphQLFormattedError } from 'graphql';
import { FieldFault, type SluiceError } from '../errors.ts';
import type { FetchDescription, FetchInput, FetchResult } from '../supergraph/subgraph.ts';
import { carry, type ToldError } from './downstream-error.ts';

/** What a data source gives; it may be anything, since users write data sources. */
export interface DataSourceResponse {
  readonly data?: unknown;
  readonly errors?: unknown;
}

type Values = Record<string, unknown>;
type Path = readonly (string | number)[];

/**
 * A data source's answer with each error at the null that it caused; each is added to `known`, too.
 * The answer itself is not changed: it may be cached.
 */
export function readAnswer(
  response: DataSourceResponse,
  fetch: FetchDescription,
  input: FetchInput,
  known: ToldError[],
): FetchResult {
  const { data, errors: told } = response;
  const unplaced: SluiceError[] = [];
  const refuse = (message: string): void => {
    unplaced.push(thrown(new Error(message), fetch.subgraph));
  };
  const answer: Values = isObject(data) ? { ...data } : {};
  if (fetch.entities) {
    const asked = input.representations?.length ?? 0;
    const received = answer['_entities'];
    if (!Array.isArray(received) || received.length !== asked) {
      if (isObject(data)) {
        refuse(
          Array.isArray(received)
            ? `Expected "data._entities" to contain ${asked} elements`
            : `Expected "data._entities" in response to be an array`,
        );
      }
      answer['_entities'] = nothing(asked);
    }
  }
  if (Array.isArray(told)) {
    const place = placeInto(answer, fetch.entities);
    for (const error of told as GraphQLFormattedError[]) {
      const tell = (atEntity: boolean): SluiceError => {
        const toldError: ToldError = { kind: 'told', error, service: fetch.subgraph, atEntity };
        known.push(toldError);
        return carry(toldError, fetch.subgraph);
      };
      if (!place(error.path ?? [], tell)) unplaced.push(tell(false));
    }
  } else if (told !== undefined && told !== null) refuse('Expected "errors" in response to be an array');
  return fetch.entities
    ? { entities: answer['_entities'] as FetchResult['entities'] & {}, errors: unplaced }
    : { data: answer, errors: unplaced };
}

/** The answer to a fetch that failed as a whole: nothing is known, and the error is told once, without a path. */
export function failedAnswer(error: unknown, fetch: FetchDescription, input: FetchInput): FetchResult {
  const errors = [thrown(error, fetch.subgraph)];
  if (!fetch.entities) return { data: null, errors };
  return { entities: nothing(input.representations?.length ?? 0), errors };
}

function thrown(error: unknown, service: string): SluiceError {
  return carry({ kind: 'thrown', error }, service);
}

function nothing(count: number): null[] {
  return Array.from({ length: count }, () => null);
}

type Place = (path: Path, error: (atEntity: boolean) => SluiceError) => boolean;

/** `root` is the caller's own; what lies below is copied before it is changed. */
function placeInto(root: Values, hasEntities: boolean): Place {
  const owned = new Set<object>([root]);
  const own = (container: Values | unknown[]): Values | unknown[] => {
    if (owned.has(container)) return container;
    const copy = Array.isArray(container) ? [...container] : { ...container };
    owned.add(copy);
    return copy;
  };
  return (path, error) => {
    let container: Values | unknown[] = root;
    for (const [depth, key] of path.entries()) {
      if (!isKeyOf(container, key)) return false;
      const values = container as Record<string | number, unknown>;
      let value = Object.hasOwn(values, key) ? values[key] : undefined;
      const rest = path.slice(depth + 1);
      if (value === undefined || value === null) {
        const isEntity = hasEntities && depth === 1;
        if (!isEntity || typeof rest[0] !== 'string') {
          define(values, key, new FieldFault(error(isEntity), rest));
          return true;
        }
        // A field took its entity with it: the error belongs to that field alone.
        value = {};
      }
      if (typeof value !== 'object' || value === null || value instanceof FieldFault) return false;
      container = own(value as Values | unknown[]);
      define(values, key, container);
    }
    return false;
  };
}

/** A list has only the positions that it has; an object may lack the key that failed. */
function isKeyOf(container: Values | unknown[], key: string | number): boolean {
  return Array.isArray(container)
    ? typeof key === 'number' && key >= 0 && key < container.length
    : typeof key === 'string';
}

function define(values: Record<string | number, unknown>, key: string | number, value: unknown): void {
  Object.defineProperty(values, key, { value, enumerable: true, configurable: true, writable: true });
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
