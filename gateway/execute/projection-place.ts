import type { FieldNode, GraphQLSchema } from 'graphql';
import { type FieldFault, SluiceError } from '../errors.ts';
import { clientPath } from './client-path.ts';
import type { Selections } from './collect-fields.ts';
import type { DeliveryScope } from './collect-later.ts';
import type { Group } from './delivery-group.ts';
import type { ErrorLog } from './error-log.ts';
import type { Junction } from './junction.ts';
import type { LaterParts } from './later-parts.ts';
import type { Readable } from './read-field.ts';
import type { RunState } from './run-state.ts';

/** What one projection carries along: the path it is at, as a stack whose depth each closure knows. */
export interface ProjectionState extends Readable {
  readonly path: (string | number)[];
  readonly errors: ErrorLog;
  readonly cohorts: RunState['cohorts'];
  /** Where an answer in parts writes down what is left for later; absent = all comes at once. */
  readonly later?: LaterParts;
}

/**
 * Turns data, with all that is joined to it, into the value that the client gets. `undefined` = null that has to propagate to
 * the parent (section 6.4.4 of the GraphQL specification), its error already told.
 */
export type Project = (value: unknown, state: ProjectionState) => unknown;

/** What the compilation of a projection knows. */
export interface ProjectionScope extends Selections {
  /** Absent = the answer comes in one piece. */
  readonly delivery?: DeliveryScope;
  readonly schema: GraphQLSchema;
  /** Canonical response keys: where a field's data is. */
  readonly keys: ReadonlyMap<FieldNode, string>;
  /** Which subgraph is to blame for a field without a value, where only one was asked for it. */
  blame(fieldKey: string): string | undefined;
}

/** Where a part of the answer is, and for whom. */
export interface DeliveredAt {
  /** Canonical response keys from the root, joined by dots. */
  readonly at: string;
  /** Whom the part is for. */
  readonly groups: readonly Group[];
}

/** A place in the response: how deep its path is, and which field gave it. */
export interface Place {
  /** Index in the path of the last key before this value. */
  readonly depth: number;
  /** `Type.field`, for messages. */
  readonly coordinate: string;
  readonly key: string;
  readonly nodes: readonly FieldNode[];
  /** The deferred fragment that each node is in; empty = there are none. */
  readonly groups: readonly Group[];
  readonly delivered: DeliveredAt;
  /** What is joined to the objects here, or further below. */
  readonly junction: Junction | undefined;
}

/** Where the fields of an object stand. */
export interface ObjectPlace {
  readonly depth: number;
  /** What is joined there; `undefined` = nothing, neither here nor below. */
  readonly junction: Junction | undefined;
  readonly delivered: DeliveredAt;
}

export function report(
  state: ProjectionState,
  place: Place,
  error: SluiceError,
  subPath: readonly (string | number)[] = [],
): void {
  state.errors.add(error, [...state.path.slice(0, place.depth + 1), ...subPath]);
}

export function reportFault(
  scope: ProjectionScope,
  state: ProjectionState,
  place: Place,
  fault: FieldFault,
): void {
  report(
    state,
    place,
    fault.error,
    fault.subPath.length > 0 ? clientPath(scope, place.nodes, fault.subPath) : [],
  );
}

export function missing(scope: ProjectionScope, place: Place, value: unknown): SluiceError {
  return unfit(
    scope,
    place,
    value === null ? 'returned null for non-null field' : 'returned no value for non-null field',
  );
}

export function unfit(scope: ProjectionScope, place: Place, what: string): SluiceError {
  const subgraph = scope.blame(place.key);
  if (subgraph === undefined)
    return new SluiceError('UPSTREAM_BAD_RESPONSE', `A subgraph ${what} ${place.coordinate}.`);
  return new SluiceError('UPSTREAM_BAD_RESPONSE', `The subgraph "${subgraph}" ${what} ${place.coordinate}.`, {
    extensions: { service: subgraph, subgraph },
  });
}
