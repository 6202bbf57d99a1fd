import type { RequiredSelection, Rewrite } from '../compile/plan.ts';
import type { TypeTable } from '../compile/type-table.ts';
import { FieldFault } from '../errors.ts';
import type { Representation } from '../supergraph/subgraph.ts';
import { type DataObject, isDataObject, read } from './merge.ts';
import { compileRewrites } from './rewrite.ts';

/**
 * The representation of an entity; `undefined` if something that it needs is not known (then the
 * entity is not asked for), a fault if something that it needs has failed.
 */
export type BuildRepresentation = (entity: DataObject) => Representation | FieldFault | undefined;

type Build = (source: DataObject) => DataObject | FieldFault | undefined;

export function compileRepresentation(
  requires: readonly RequiredSelection[],
  inputRewrites: readonly Rewrite[],
  types: TypeTable,
): BuildRepresentation {
  const build = compileByType(requires, types);
  const rewrites = compileRewrites(inputRewrites, types);
  return (entity) => {
    const built = build(entity);
    if (built === undefined || built instanceof FieldFault) return built;
    const representation = rewrites ? rewrites(built) : built;
    return isRepresentation(representation) ? representation : undefined;
  };
}

function isRepresentation(value: unknown): value is Representation {
  return isDataObject(value) && typeof value['__typename'] === 'string';
}

const MAX_BUILDERS = 1000;

/** One builder per concrete type, made when the type is first met. */
function compileByType(selections: readonly RequiredSelection[], types: TypeTable): Build {
  const builders = new Map<string, Build>();
  return (source) => {
    const typename = read(source, '__typename');
    if (typename instanceof FieldFault) return typename;
    const name = typeof typename === 'string' ? typename : '';
    let build = builders.get(name);
    if (!build) {
      build = compileFields(fieldsFor(name, selections, types), types);
      // Names come from subgraphs' answers: nonsense must not take memory for ever.
      if (builders.size < MAX_BUILDERS) builders.set(name, build);
    }
    return build(source);
  };
}

interface Field {
  readonly from: string;
  readonly name: string;
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

function compileFields(merged: ReadonlyMap<string, MergedField>, types: TypeTable): Build {
  const fields = Array.from(merged, ([from, { name, selections }]): Field => ({
    from,
    name,
    build: selections && compileByType(selections, types),
  }));
  return (source) => {
    const result: DataObject = {};
    for (const { from, name, build } of fields) {
      let value = read(source, from);
      if (value === undefined || value instanceof FieldFault) return value;
      if (build && value !== null) {
        value = buildNested(value, build);
        if (value === undefined || value instanceof FieldFault) return value;
      }
      result[name] = value;
    }
    return result;
  };
}

function buildNested(value: unknown, build: Build): unknown {
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    for (const item of value) {
      const built = buildNested(item, build);
      if (built === undefined || built instanceof FieldFault) return built;
      list.push(built);
    }
    return list;
  }
  if (value instanceof FieldFault) return value;
  return isDataObject(value) ? build(value) : value;
}
