import type { Step } from '../compile/dataflow.ts';
import type { ContextInput, ContextSource, PathSegment } from '../compile/plan.ts';
import type { Variables } from '../compile/variables.ts';
import { FieldFault, SluiceError } from '../errors.ts';
import type { StepScope } from './fetch-step.ts';
import type { Junction } from './junction.ts';
import { type DataObject, isDataObject, MAX_LIST_DEPTH, read } from './merge.ts';
import { compileRead, type Readable, type ReadField } from './read-field.ts';

/** The values that an entity takes from the objects around it, by variable. */
export interface TakenValues {
  /** Equal for equal values. */
  readonly key: string;
  readonly values: Variables;
}

/**
 * Takes the values of an entity. A fault if one of them has failed, or may not be null and is; `undefined` if one was
 * not asked for, because of `@skip` or `@include`: then the field that needs it is not asked for either.
 *
 * @param trail the objects on the way to the entity, the root first
 */
export type TakeValues = (
  trail: readonly DataObject[],
  run: { readonly variables: Variables; readonly state: Readable },
) => TakenValues | FieldFault | undefined;

/** `undefined` for a step that takes nothing from further up. */
export function compileTakenValues(step: Step, scope: StepScope): TakeValues | undefined {
  const { fetch } = step;
  const inputs = (fetch.node === 'entityFetch' && fetch.contextInputs) || [];
  if (inputs.length === 0) return undefined;
  const readers = inputs.map((input) => compileInput(input, step, scope));
  return (trail, run) => {
    const values: Record<string, unknown> = {};
    for (const { variable, take } of readers) {
      const value = take(trail, run.state, run.variables);
      if (value === undefined || value instanceof FieldFault) return value;
      values[variable] = value;
    }
    return { key: JSON.stringify(values), values };
  };
}

interface InputReader {
  readonly variable: string;
  /** `undefined` = not asked for. */
  readonly take: (trail: readonly DataObject[], state: Readable, variables: Variables) => unknown;
}

function compileInput(input: ContextInput, step: Step, scope: StepScope): InputReader {
  const { variable, type, sources } = input;
  const places = sources.map((source) => compileSource(source, step.fetch.at, scope));
  const isRequired = type.endsWith('!');
  return {
    variable,
    take: (trail, state, variables) => {
      const place = places.find((each) => each.isMeant(trail));
      const value = place?.valueOf(trail, state);
      if (value !== undefined && value !== null) return value;
      if (value === undefined && place && !scope.isAsked(place.path, variables)) return undefined;
      return isRequired ? new FieldFault(lacking(input, step)) : null;
    },
  };
}

interface SourcePlace {
  /** To the value; response keys from the root. */
  readonly path: readonly string[];
  /** Whether the object at the place is the one to take the value from. */
  isMeant(trail: readonly DataObject[]): boolean;
  valueOf(trail: readonly DataObject[], state: Readable): unknown;
}

function compileSource(
  { level, types: onTypes, path }: ContextSource,
  at: readonly PathSegment[],
  { junctions, types }: StepScope,
): SourcePlace {
  const way = at.slice(0, level).map(({ field }) => field);
  let junction: Junction | undefined = junctions;
  for (const field of way) junction = junction?.fields.get(field);
  const readers: ReadField[] = [];
  for (const key of path) {
    readers.push(compileRead(junction, key, types));
    junction = junction?.fields.get(key);
  }
  return {
    path: [...way, ...path],
    isMeant: (trail) => {
      const object = trail[level];
      if (object === undefined || !onTypes) return object !== undefined;
      const typename = read(object, '__typename');
      return typeof typename === 'string' && onTypes.some((type) => types.satisfies(typename, type));
    },
    valueOf: (trail, state) => (readers.length === 0 ? null : readAlong(trail[level], readers, 0, state)),
  };
}

/** The value at the end of the way; a list on the way makes a list of values. */
function readAlong(
  value: unknown,
  readers: readonly ReadField[],
  depth: number,
  state: Readable,
  listDepth = 0,
): unknown {
  if (value === null || value === undefined || value instanceof FieldFault) return value;
  if (Array.isArray(value)) {
    if (listDepth === MAX_LIST_DEPTH) return null;
    const list: unknown[] = [];
    for (const item of value) {
      const each = readAlong(item, readers, depth, state, listDepth + 1);
      if (each instanceof FieldFault) return each;
      list.push(each ?? null);
    }
    return list;
  }
  const readField = readers[depth];
  if (!readField) return value;
  return isDataObject(value) ? readAlong(readField(value, state), readers, depth + 1, state) : null;
}

function lacking({ context }: ContextInput, { fetch, fields }: Step): SluiceError {
  const names = Array.from(fields.fields.keys(), (key) => `"${key.replace(/__\d+$/, '')}"`);
  return new SluiceError(
    'UPSTREAM_BAD_RESPONSE',
    `The field ${names.join(', ')} of the subgraph "${fetch.subgraph}" needs a value of the context "${context}", which there is none of here.`,
  );
}
