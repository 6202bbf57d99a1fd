import { type DocumentNode, type FieldNode, Kind } from 'graphql';
import { FieldFault, SluiceError } from '../errors.ts';
import type { FetchDescription, FetchInput, FetchResult } from '../supergraph/subgraph.ts';
import type { UpstreamResponse } from '../upstreams/upstream.ts';
import { type DataObject, isDataObject, read, write } from './merge.ts';

const responseKey = (field: FieldNode): string => field.alias?.value ?? field.name.value;

export function rootFields(document: DocumentNode, name: (field: FieldNode) => string): string[] {
  return document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? definition.selectionSet.selections.flatMap((field) =>
          field.kind === Kind.FIELD ? [name(field)] : [],
        )
      : [],
  );
}

export type Understand = (response: UpstreamResponse, input: FetchInput) => FetchResult;

/** Reads an answer after section 7.1 of the GraphQL specification; what is none throws `UPSTREAM_BAD_RESPONSE`. */
export function compileAnswer(name: string, fetch: FetchDescription): Understand {
  const bad = (what: string): SluiceError =>
    new SluiceError('UPSTREAM_BAD_RESPONSE', `The subgraph "${name}" ${what}.`, {
      extensions: { service: name, subgraph: name },
    });
  const entitiesOf = (data: DataObject, asked: number): FetchResult['entities'] & {} => {
    const entities = data['_entities'];
    if (!Array.isArray(entities)) throw bad('gave no list of entities');
    if (entities.length !== asked)
      throw bad(`gave ${entities.length} entities where ${asked} were asked for`);
    for (const entity of entities) {
      if (entity !== null && !isDataObject(entity) && !(entity instanceof FieldFault))
        throw bad('gave something else than an object for an entity');
    }
    return entities;
  };

  const topLevelKeys = fetch.entities ? [] : rootFields(fetch.document, responseKey);
  /** Null propagated up to the whole answer: each error keeps its own place, what it took with it says so. */
  const withoutData = (failures: readonly Failure[], input: FetchInput): FetchResult => {
    const empty: DataObject = fetch.entities
      ? { _entities: (input.representations ?? []).map(() => null) }
      : Object.fromEntries(topLevelKeys.map((key) => [key, null]));
    const { placed, errors } = placeFaults(empty, failures);
    const whole = failures.find(({ path }) => path.length === 0)?.error;
    const lost = new FieldFault(
      whole ??
        new SluiceError(
          'SUBGRAPH_ERROR',
          `The subgraph "${name}" gave no data, because another field failed.`,
          {
            extensions: { service: name, subgraph: name },
          },
        ),
    );
    const others = errors.filter((error) => error !== whole);
    if (fetch.entities) {
      return {
        entities: entitiesOf(placed, input.representations?.length ?? 0).map((entity) => entity ?? lost),
        errors: others,
      };
    }
    for (const key of topLevelKeys) if (placed[key] === null) write(placed, key, lost);
    return { data: placed, errors: others };
  };

  return ({ data: body, status }, input) => {
    if (!isDataObject(body)) throw bad('gave an answer that is no GraphQL response');
    const { data, errors: rawErrors, extensions } = body;
    const failures = readErrors(rawErrors, name);
    if (failures === undefined) throw bad('gave "errors" that are no list of errors');
    if (data !== null && data !== undefined && !isDataObject(data))
      throw bad('gave "data" that is no object');
    const extra = isDataObject(extensions) ? { extensions } : {};
    if (!isDataObject(data)) {
      if (failures.length === 0)
        throw bad(status >= 400 ? `answered with HTTP status ${status}` : 'gave neither data nor errors');
      return { ...withoutData(failures, input), ...extra };
    }
    const { placed, errors } =
      failures.length > 0 ? placeFaults(data, failures) : { placed: data, errors: [] };
    const rest = errors.length > 0 ? { errors, ...extra } : extra;
    return fetch.entities
      ? { entities: entitiesOf(placed, input.representations?.length ?? 0), ...rest }
      : { data: placed, ...rest };
  };
}

interface Failure {
  readonly error: SluiceError;
  readonly path: readonly (string | number)[];
}

/** `undefined` if it is something else than a list of errors. */
function readErrors(raw: unknown, name: string): Failure[] | undefined {
  if (raw === undefined || raw === null) return [];
  if (!Array.isArray(raw)) return undefined;
  const failures: Failure[] = [];
  for (const item of raw) {
    if (!isDataObject(item)) return undefined;
    const { message, path, extensions } = item;
    const known = isDataObject(extensions) ? extensions : {};
    failures.push({
      // The subgraph's own `code` among the extensions wins over ours when the error is formatted.
      error: new SluiceError(
        'SUBGRAPH_ERROR',
        typeof message === 'string' ? message : `The subgraph "${name}" failed.`,
        { extensions: { ...known, service: name, subgraph: name } },
      ),
      path: isErrorPath(path) ? path : [],
    });
  }
  return failures;
}

function isErrorPath(path: unknown): path is (string | number)[] {
  return Array.isArray(path) && path.every((key) => typeof key === 'string' || typeof key === 'number');
}

/**
 * The data with each error at the null that it caused. The answer may be shared with other requests:
 * what lies on the way is copied, once. Errors without a null of their own are given back.
 */
function placeFaults(
  data: DataObject,
  failures: readonly Failure[],
): { placed: DataObject; errors: SluiceError[] } {
  const copies = new Set<object>();
  const own = <Container extends object>(container: Container): Container => {
    if (copies.has(container)) return container;
    const copy = (Array.isArray(container) ? [...container] : { ...container }) as Container;
    copies.add(copy);
    return copy;
  };
  const placed = own(data);
  const errors: SluiceError[] = [];
  for (const { error, path } of failures) {
    let container: DataObject | unknown[] = placed;
    let isPlaced = false;
    for (const [depth, key] of path.entries()) {
      const value = child(container, key);
      if (value === null || value === undefined) {
        setChild(container, key, new FieldFault(error, path.slice(depth + 1)));
        isPlaced = true;
        break;
      }
      // Two errors behind one null: the first has the place, the second is told without one.
      if (value instanceof FieldFault || typeof value !== 'object') break;
      const owned = own(value as DataObject | unknown[]);
      setChild(container, key, owned);
      container = owned;
    }
    if (!isPlaced) errors.push(error);
  }
  return { placed, errors };
}

function child(container: DataObject | unknown[], key: string | number): unknown {
  if (Array.isArray(container)) return typeof key === 'number' ? container[key] : undefined;
  return read(container, String(key));
}

/** A place that the data does not have (a key of a list, an index beyond its end) stays unset. */
function setChild(container: DataObject | unknown[], key: string | number, value: unknown): void {
  if (!Array.isArray(container)) write(container, String(key), value);
  else if (typeof key === 'number' && key >= 0 && key < container.length) container[key] = value;
}
