import {
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNullableType,
  isListType,
} from 'graphql';
import { restKey } from '../delivery-name.ts';
import { type Collected, collectParts, type DeliveryScope, type Selected } from './collect-later.ts';
import type { Group } from './delivery-group.ts';
import type { LaterFields, LaterItems } from './later-parts.ts';
import type { DataObject } from './merge.ts';
import type { ObjectPlace, Place, Project, ProjectionScope } from './projection-place.ts';
import { compileRead } from './read-field.ts';

type ObjectType = GraphQLObjectType | GraphQLInterfaceType;

/** What compiles the pieces of an object's projection. */
export interface CompilePart {
  object(scope: ProjectionScope, type: ObjectType, sets: readonly Selected[], place: ObjectPlace): Project;
  fields(
    scope: ProjectionScope,
    type: ObjectType,
    fields: ReadonlyMap<string, Collected>,
    place: ObjectPlace,
  ): Project;
  value(scope: ProjectionScope, type: GraphQLOutputType, place: Place): Project;
}

/** Some fields of an object now; what is deferred, and the other items of streamed lists, is noted down for later. */
export function compileParts(
  scope: ProjectionScope,
  delivery: DeliveryScope,
  type: ObjectType,
  sets: readonly Selected[],
  place: ObjectPlace,
  compile: CompilePart,
): Project {
  const { delivered } = place;
  const { now, later, fragments, opened } = collectParts(scope, delivery, type.name, sets, delivered.groups);
  const atOnce = compileNow(scope, delivery, type, now, place, compile);
  const deferred: LaterFields[] = [
    ...later.map(({ groups, fields }) => ({
      groups,
      steps: delivery.stepsFor(delivered.at, groups),
      project: lazily(() => compileNow(scope, delivery, type, fields, placeFor(place, groups), compile)),
    })),
    ...Array.from(fragments, ([group, own]) => ({
      groups: [group],
      steps: delivery.stepsFor(delivered.at, [group]),
      project: lazily(() => compile.object(scope, type, own, placeFor(place, [group]))),
    })),
  ];
  if (deferred.length === 0 && opened.length === 0) return atOnce;
  const { depth } = place;
  return (value, state) => {
    const parts = state.later!;
    const path = state.path.slice(0, depth);
    const around = parts.open(opened, path);
    // Where the object turns out to be null, what was noted for it is left out by its path.
    for (const fields of deferred) parts.defer(fields, value, path);
    const result = atOnce(value, state);
    parts.close(around);
    return result;
  };
}

function placeFor(place: ObjectPlace, groups: readonly Group[]): ObjectPlace {
  return { ...place, delivered: { at: place.delivered.at, groups } };
}

/** Fields of one part, with what is left of their streamed lists. */
function compileNow(
  scope: ProjectionScope,
  delivery: DeliveryScope,
  type: ObjectType,
  fields: ReadonlyMap<string, Collected>,
  place: ObjectPlace,
  compile: CompilePart,
): Project {
  const project = compile.fields(scope, type, fields, place);
  const streamed = Array.from(fields).flatMap(([key, collected]) => {
    const items = compileItems(scope, delivery, type, key, collected, place, compile);
    return items ? [items] : [];
  });
  if (streamed.length === 0) return project;
  const { depth } = place;
  return (value, state) => {
    const result = project(value, state) as DataObject | undefined;
    if (result === undefined) return undefined;
    for (const { key, read, items } of streamed) {
      const list = result[key];
      if (!Array.isArray(list)) continue;
      const rest = read(value as DataObject, state);
      if (!Array.isArray(rest)) continue;
      state.later!.stream(items, rest, list.length, [...state.path.slice(0, depth), key]);
    }
    return result;
  };
}

function compileItems(
  scope: ProjectionScope,
  delivery: DeliveryScope,
  type: ObjectType,
  key: string,
  { nodes, groups }: Collected,
  { depth, junction, delivered }: ObjectPlace,
  compile: CompilePart,
) {
  const [node] = nodes;
  const deferral = node && delivery.deferrals.get(node);
  const name = node?.name.value ?? '';
  const listType = getNullableType(type.getFields()[name]?.type);
  if (deferral?.kind !== 'stream' || !isListType(listType)) return undefined;
  const from = scope.keys.get(node!) ?? name;
  const rest = restKey(from);
  const at = inside(delivered.at, rest);
  const itemPlace: Place = {
    depth: depth + 1,
    coordinate: `${type.name}.${name}`,
    key: from,
    nodes,
    // Whatever waited around the list has come by then, or comes with the item.
    groups: groups.map((group) => delivery.groups.restarted(group)),
    delivered: { at, groups: [delivery.groups.root] },
    junction: junction?.fields.get(rest),
  };
  const items: LaterItems = {
    ...(deferral.label === undefined ? {} : { label: deferral.label }),
    depth: depth + 1,
    steps: delivery.stepsForItems(at, from, groups),
    project: lazily(() => compile.value(scope, listType.ofType as GraphQLOutputType, itemPlace)),
  };
  return { key, read: compileRead(junction, rest, scope.types), items };
}

/** The path of a field of what is at a path. */
export function inside(at: string, key: string): string {
  return at === '' ? key : `${at}.${key}`;
}

function lazily(compile: () => Project): Project {
  let project: Project | undefined;
  return (value, state) => (project ??= compile())(value, state);
}
