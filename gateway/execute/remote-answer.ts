import { type DocumentNode, type FieldNode, Kind } from 'graphql';
import { FieldFault, SluiceError } from '../errors.ts';
import type { FetchDescription, FetchInput, FetchResult } from '../supergraph/subgraph.ts';
import type { UpstreamResponse } from '../upstreams/upstream.ts';
import { type DataObject, isDataObject, write } from './merge.ts';
import { type Failure, placeFaults, readErrors, responseKey, subgraphError } from './remote-errors.ts';

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
  /** Errors that name all that was asked for, and nothing of it. */
  const isWhole = ({ path }: Failure): boolean => path.length === 0 || (fetch.entities && path.length === 1);
  /** Null propagated up to the whole answer: each error keeps its own place, what it took with it says so. */
  const withoutData = (failures: readonly Failure[], input: FetchInput): FetchResult => {
    const empty: DataObject = fetch.entities
      ? { _entities: (input.representations ?? []).map(() => null) }
      : Object.fromEntries(topLevelKeys.map((key) => [key, null]));
    const { placed, errors } = placeFaults(empty, failures, fetch.document);
    const whole = failures.find(isWhole)?.error;
    const lost = new FieldFault(
      whole ?? subgraphError(name, `The subgraph "${name}" gave no data, because another field failed.`),
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
    // The reason for a list that is not there is better than that it is not there.
    if (fetch.entities && failures.length > 0 && (data['_entities'] ?? null) === null)
      return { ...withoutData(failures, input), ...extra };
    const { placed, errors } =
      failures.length > 0 ? placeFaults(data, failures, fetch.document) : { placed: data, errors: [] };
    const rest = errors.length > 0 ? { errors, ...extra } : extra;
    return fetch.entities
      ? { entities: entitiesOf(placed, input.representations?.length ?? 0), ...rest }
      : { data: placed, ...rest };
  };
}
