import {
  type GraphQLCompositeType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import { FieldFault } from '../errors.ts';
import { collectFields } from './collect-fields.ts';
import type { Collected, Selected } from './collect-later.ts';
import type { Group } from './delivery-group.ts';
import { compileLeaf } from './leaf.ts';
import type { Junction } from './junction.ts';
import { type DataObject, isDataObject, write } from './merge.ts';
import { type CompilePart, compileParts, inside } from './projection-parts.ts';
import {
  missing,
  type ObjectPlace,
  type Place,
  type Project,
  type ProjectionScope,
  report,
  reportFault,
  unfit,
} from './projection-place.ts';
import { compileRead, type ReadField } from './read-field.ts';

/** A field of a projected object. */
interface ProjectedField {
  /** The client's response key. */
  readonly key: string;
  readonly read: ReadField;
  readonly project: Project;
}

/** The projection of the root: gives the response's `data`, or `undefined` if it is null. */
export function compileRootProjection(
  scope: ProjectionScope,
  rootType: GraphQLObjectType,
  selectionSet: SelectionSetNode,
  junctions: Junction | undefined,
): Project {
  const group = scope.delivery?.groups.root ?? NO_GROUP;
  const delivered = { at: '', groups: [group] };
  return compileObject(scope, rootType, [{ set: selectionSet, group }], {
    depth: 0,
    junction: junctions,
    delivered,
  });
}

const NO_GROUP: Group = { name: '', parent: undefined, index: 0 };

function compileValue(scope: ProjectionScope, type: GraphQLOutputType, place: Place): Project {
  if (isNonNullType(type)) {
    const inner = compilePresent(scope, type.ofType, place);
    return (value, state) => {
      if (value === undefined || value === null) {
        report(state, place, missing(scope, place, value));
        return undefined;
      }
      if (value instanceof FieldFault) {
        reportFault(scope, state, place, value);
        return undefined;
      }
      return inner(value, state);
    };
  }
  const inner = compilePresent(scope, type, place);
  return (value, state) => {
    if (value === undefined || value === null) return null;
    if (value instanceof FieldFault) {
      reportFault(scope, state, place, value);
      return null;
    }
    const projected = inner(value, state);
    return projected === undefined ? null : projected;
  };
}

/** For a value that is neither null nor a fault. */
function compilePresent(scope: ProjectionScope, type: GraphQLOutputType, place: Place): Project {
  if (isListType(type)) return compileList(scope, type.ofType, place);
  if (isLeafType(type)) {
    const complete = compileLeaf(type);
    return (value, state) => {
      const leaf = complete(value);
      if (leaf === undefined)
        report(state, place, unfit(scope, place, `gave a value that is no ${type.name} for`));
      return leaf;
    };
  }
  const sets = place.nodes.flatMap((node, index): readonly Selected[] =>
    node.selectionSet ? [{ set: node.selectionSet, group: place.groups[index] ?? NO_GROUP }] : [],
  );
  if (isAbstractType(type)) return compileAbstract(scope, type, sets, place);
  if (!isObjectType(type)) throw new Error(`${place.coordinate} is not of an output type`);
  const object = compileLazily(() => compileObject(scope, type, sets, below(place)));
  // Where something is joined, the type that the answer tells has decided whether it was.
  const isJoined = place.junction !== undefined && place.junction.joined.length > 0;
  return (value, state) => {
    if (!isDataObject(value)) {
      report(state, place, unfit(scope, place, 'gave something else than an object for'));
      return undefined;
    }
    if (isJoined && (value['__typename'] ?? type.name) !== type.name) {
      report(state, place, unfit(scope, place, 'gave an object of another type for'));
      return undefined;
    }
    return object(value, state);
  };
}

function compileList(scope: ProjectionScope, itemType: GraphQLOutputType, place: Place): Project {
  const depth = place.depth + 1;
  const item = compileValue(scope, itemType, { ...place, depth });
  return (value, state) => {
    if (!Array.isArray(value)) {
      report(state, place, unfit(scope, place, 'gave something else than a list for'));
      return undefined;
    }
    const { length } = value;
    const list: unknown[] = [];
    for (let index = 0; index < length; index++) {
      state.path[depth] = index;
      const projected = item(value[index], state);
      if (projected === undefined) return undefined;
      list.push(projected);
    }
    return list;
  };
}

function compileAbstract(
  scope: ProjectionScope,
  type: GraphQLCompositeType,
  sets: readonly Selected[],
  place: Place,
): Project {
  const byType = new Map<string, Project>();
  const untold = isInterfaceType(type) ? type.name : undefined;
  const find = (typename: string): Project | undefined => {
    const runtime = scope.schema.getType(typename);
    const fits =
      (isObjectType(runtime) && isAbstractType(type) && scope.schema.isSubType(type, runtime)) ||
      (isInterfaceType(runtime) && (runtime === type || scope.types.satisfies(typename, type.name)));
    if (!fits) return undefined;
    const project = compileObject(scope, runtime, sets, below(place));
    byType.set(typename, project);
    return project;
  };
  return (value, state) => {
    if (!isDataObject(value)) {
      report(state, place, unfit(scope, place, 'gave something else than an object for'));
      return undefined;
    }
    // A subgraph that has the interface as an object (`@interfaceObject`) does not tell a concrete type.
    const typename = value['__typename'] ?? untold;
    if (typename instanceof FieldFault) {
      reportFault(scope, state, place, typename);
      return undefined;
    }
    const project = typeof typename === 'string' ? (byType.get(typename) ?? find(typename)) : undefined;
    if (project) return project(value, state);
    report(
      state,
      place,
      unfit(
        scope,
        place,
        typeof typename === 'string'
          ? 'gave an object of a type that this schema does not have for'
          : 'gave an object without __typename for',
      ),
    );
    return undefined;
  };
}

function below({ depth, junction, delivered }: Place): ObjectPlace {
  return { depth: depth + 1, junction, delivered };
}

function compileObject(
  scope: ProjectionScope,
  type: GraphQLObjectType | GraphQLInterfaceType,
  sets: readonly Selected[],
  place: ObjectPlace,
): Project {
  if (scope.delivery) return compileParts(scope, scope.delivery, type, sets, place, compilePart);
  const collected = collectFields(
    scope,
    type.name,
    sets.map(({ set }) => set),
  );
  const fields: ProjectedField[] = [];
  for (const [key, nodes] of collected)
    fields.push(compileField(scope, type, key, { nodes, groups: NO_GROUPS }, place));
  return compileFields(fields, place);
}

const NO_GROUPS: readonly Group[] = [];

/** What the parts of an object are made with. */
const compilePart: CompilePart = {
  object: compileObject,
  fields: (scope, type, collected, place) =>
    compileFields(
      Array.from(collected, ([key, each]) => compileField(scope, type, key, each, place)),
      place,
    ),
  value: compileValue,
};

function compileFields(fields: readonly ProjectedField[], place: ObjectPlace): Project {
  const { depth } = place;
  const count = fields.length;
  const project: Project = (value, state) => {
    const source = value as DataObject;
    const result: DataObject = {};
    const { path } = state;
    for (let index = 0; index < count; index++) {
      const field = fields[index]!;
      path[depth] = field.key;
      const projected = field.project(field.read(source, state), state);
      if (projected === undefined) return undefined;
      if (field.key === '__proto__') write(result, field.key, projected);
      else result[field.key] = projected;
    }
    return result;
  };
  const cohort = place.junction?.cohort;
  return cohort?.keys ? projectOnce(project, cohort.id) : project;
}

/** Members of a cohort look the same wherever they stand: one result for all of them, unless it has errors, which have paths. */
function projectOnce(project: Project, cohortId: number): Project {
  return (value, state) => {
    const cohort = state.cohorts[cohortId];
    const member = cohort?.memberOf.get(value as DataObject);
    if (!cohort || member === undefined) return project(value, state);
    const known = cohort.projected[member];
    if (known?.by === project) return known.value;
    const errors = state.errors.total;
    const parts = state.later?.count;
    const result = project(value, state);
    // What is left for later has a path, too.
    if (state.errors.total === errors && state.later?.count === parts)
      cohort.projected[member] = { by: project, value: result };
    return result;
  };
}

function compileField(
  scope: ProjectionScope,
  type: GraphQLObjectType | GraphQLInterfaceType,
  key: string,
  { nodes, groups }: Collected,
  { depth, junction, delivered }: ObjectPlace,
): ProjectedField {
  const [node] = nodes;
  if (!node) throw new Error(`no field node for ${type.name}.${key}`);
  const name = node.name.value;
  const from = scope.keys.get(node) ?? name;
  const place: Place = {
    depth,
    coordinate: `${type.name}.${name}`,
    key: from,
    nodes,
    groups,
    delivered: scope.delivery ? { ...delivered, at: inside(delivered.at, from) } : delivered,
    junction: junction?.fields.get(from),
  };
  if (name === '__typename') return { key, ...compileTypename(scope, type, place) };
  if (name === '__schema' || name === '__type') {
    return { key, read: (source) => introspectionOf(source, key), project: (value) => value ?? null };
  }
  const definition = type.getFields()[name];
  if (!definition) throw new Error(`the schema has no field ${place.coordinate}`);
  return {
    key,
    read: compileRead(junction, from, scope.types),
    project: compileValue(scope, definition.type, place),
  };
}

function compileTypename(
  scope: ProjectionScope,
  type: GraphQLObjectType | GraphQLInterfaceType,
  place: Place,
): Pick<ProjectedField, 'read' | 'project'> {
  if (isObjectType(type)) return { read: () => type.name, project: (value) => value };
  return {
    read: () => undefined,
    project: (_, state) => {
      report(state, place, unfit(scope, place, `did not tell the concrete type of a ${type.name} for`));
      return undefined;
    },
  };
}

/** Where the executor leaves the answers to `__schema` and `__type`: no subgraph can give such a key. */
export const INTROSPECTION = Symbol('introspection');

function introspectionOf(source: DataObject & { [INTROSPECTION]?: DataObject }, key: string): unknown {
  return source[INTROSPECTION]?.[key];
}

/** Compiles at first use: a selection on an abstract type may have more branches than data ever has. */
function compileLazily(compile: () => Project): Project {
  let project: Project | undefined;
  return (value, state) => (project ??= compile())(value, state);
}
