import type { Step } from '../compile/dataflow.ts';
import type { EntityFetchNode, RequiredSelection } from '../compile/plan.ts';
import type { TypeTable } from '../compile/type-table.ts';
import type { Variables } from '../compile/variables.ts';
import { FieldFault } from '../errors.ts';
import type { Representation } from '../supergraph/subgraph.ts';
import { hold, type IsAsked } from './asked.ts';
import type { Junction } from './junction.ts';
import { type DataObject, isDataObject, MAX_LIST_DEPTH, read } from './merge.ts';
import { compileRead, type Readable, type ReadField } from './read-field.ts';
import { isAskedOn } from './plant.ts';
import { compileRewrites } from './rewrite.ts';

/** One use of a builder for all entities of a step. */
export interface RepresentationRun {
  readonly variables: Variables;
  readonly state: Readable;
  /** Whether the entity at hand lacks something that was not asked for. */
  leftOut: boolean;
}

/**
 * The representation of an entity; `undefined` if something that it needs is not known (then the
 * entity is not asked for), a fault if something that it needs has failed. What `@skip` or `@include` kept
 * from being asked for is left out: the field that needs it is not asked for either.
 */
export type BuildRepresentation = (
  entity: DataObject,
  run: RepresentationRun,
) => Representation | FieldFault | undefined;

type Build = (source: DataObject, run: RepresentationRun) => DataObject | FieldFault | undefined;

export interface RepresentationScope {
  readonly types: TypeTable;
  readonly isAsked: IsAsked;
}

/** The representations of an entity step. */
export function compileStepRepresentation(
  step: Step,
  scope: RepresentationScope & { readonly junctions: Junction | undefined },
): BuildRepresentation {
  const { fetch } = step;
  if (fetch.node !== 'entityFetch') throw new Error('not an entity fetch');
  let junction = scope.junctions;
  for (const { field } of fetch.at) junction = junction?.fields.get(field);
  return compileRepresentation(fetch, junction, scope, (typename, variables) =>
    asksOnlyInPart(step, typename, variables, scope.types),
  );
}

/** Whether, for this type, `@skip` and `@include` leave some fields of the fetch and take others away. */
function asksOnlyInPart({ fields }: Step, typename: string, variables: Variables, types: TypeTable): boolean {
  let asked = false;
  let left = false;
  for (const branch of fields.fields.values()) {
    if (!isAskedOn(typename, branch.onTypes, types)) continue;
    if (branch.occurrences.some((guards) => hold(guards, variables))) asked = true;
    else left = true;
  }
  return asked && left;
}

/**
 * @param junction the place of the entities; `undefined` = nothing is joined there or below
 * @param isExplained whether what is left out was for fields that the fetch does not ask for either
 */
function compileRepresentation(
  { at, requires, inputRewrites }: Pick<EntityFetchNode, 'at' | 'requires' | 'inputRewrites'>,
  junction: Junction | undefined,
  scope: RepresentationScope,
  isExplained: (typename: string, variables: Variables) => boolean,
): BuildRepresentation {
  const path = at.map(({ field }) => field);
  const build = compileByType(requires, { path, junction }, scope);
  const rewrites = compileRewrites(inputRewrites, scope.types);
  return (entity, run) => {
    run.leftOut = false;
    const built = build(entity, run);
    if (built === undefined || built instanceof FieldFault) return built;
    // Before the rewrites: they set a type's name also where none of the fragments was for the entity's type.
    if (!isRepresentation(built)) return undefined;
    if (run.leftOut && !isExplained(built.__typename, run.variables)) return undefined;
    const representation = rewrites ? rewrites(built, run.variables) : built;
    return isRepresentation(representation) ? representation : undefined;
  };
}

function isRepresentation(value: unknown): value is Representation {
  return isDataObject(value) && typeof value['__typename'] === 'string';
}

const MAX_BUILDERS = 1000;

/** Where the object stands that something is built from. */
interface BuildPlace {
  readonly path: readonly string[];
  readonly junction: Junction | undefined;
}

/** One builder per concrete type, made when the type is first met. */
function compileByType(
  selections: readonly RequiredSelection[],
  place: BuildPlace,
  scope: RepresentationScope,
): Build {
  const builders = new Map<string, Build>();
  return (source, run) => {
    const typename = read(source, '__typename');
    if (typename instanceof FieldFault) return typename;
    const name = typeof typename === 'string' ? typename : '';
    let build = builders.get(name);
    if (!build) {
      build = compileFields(fieldsFor(name, selections, scope.types), place, scope);
      // Names come from subgraphs' answers: nonsense must not take memory for ever.
      if (builders.size < MAX_BUILDERS) builders.set(name, build);
    }
    return build(source, run);
  };
}

interface Field {
  readonly path: readonly string[];
  readonly name: string;
  readonly read: ReadField;
  readonly build: Build | undefined;
}

type MergedField = { name: string; selections: RequiredSelection[] | undefined };

function fieldsFor(
  typename: string,
  selections: readonly RequiredSelection[],
  types: TypeTable,
  fields = new Map<string, MergedField>(),
): Map<string, MergedField> {
  for (const selection of selections) {
    if ('from' in selection) {
      const merged = fields.get(selection.from) ?? { name: selection.name, selections: undefined };
      if (selection.selections) merged.selections = [...(merged.selections ?? []), ...selection.selections];
      fields.set(selection.from, merged);
    } else if (selection.onType === undefined || types.satisfies(typename, selection.onType)) {
      fieldsFor(typename, selection.selections, types, fields);
    }
  }
  return fields;
}

function compileFields(
  merged: ReadonlyMap<string, MergedField>,
  place: BuildPlace,
  scope: RepresentationScope,
): Build {
  const fields = Array.from(merged, ([from, { name, selections }]): Field => {
    const path = [...place.path, from];
    const below: BuildPlace = { path, junction: place.junction?.fields.get(from) };
    return {
      path,
      name,
      read: compileRead(place.junction, from, scope.types),
      build: selections && compileByType(selections, below, scope),
    };
  });
  return (source, run) => {
    const result: DataObject = {};
    for (const { path, name, build, read: readField } of fields) {
      let value = readField(source, run.state);
      if (value === undefined && !scope.isAsked(path, run.variables)) {
        run.leftOut = true;
        continue;
      }
      if (value === undefined || value instanceof FieldFault) return value;
      if (build && value !== null) {
        value = buildNested(value, build, run);
        if (value === undefined || value instanceof FieldFault) return value;
      }
      result[name] = value;
    }
    return result;
  };
}

function buildNested(value: unknown, build: Build, run: RepresentationRun, listDepth = 0): unknown {
  if (Array.isArray(value)) {
    if (listDepth === MAX_LIST_DEPTH) return undefined;
    const list: unknown[] = [];
    for (const item of value) {
      const built = buildNested(item, build, run, listDepth + 1);
      if (built === undefined || built instanceof FieldFault) return built;
      list.push(built);
    }
    return list;
  }
  if (value instanceof FieldFault) return value;
  return isDataObject(value) ? build(value, run) : value;
}
