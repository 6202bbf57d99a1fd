import type { Entity } from './entities.ts';
import type { Notes } from './notes.ts';
import type { ObjectType, Output, OutputField } from './outputs.ts';
import { JSON_OUTPUT } from './outputs.ts';
import { leafOutput } from './mapping-text.ts';
import { plural, singular } from '../plurals.ts';
import { camelCase } from '../names.ts';

/** Adds `pet: Pet` beside `petId`, and makes links of ids that an API expands to the object itself. */
export function addLinks(
  objects: readonly ObjectType[],
  entities: ReadonlyMap<ObjectType, Entity>,
  notes: Notes,
): void {
  const linked = new Map<Entity, string[]>();
  const tell = (entity: Entity, place: string) => linked.set(entity, [...(linked.get(entity) ?? []), place]);
  const targets = [...entities.values()]
    .filter((e) => e.key.size === 1)
    .map((entity) => targetOf(entity, [...entity.key.values()][0]!.name))
    // `shippingAddressId` is about a shipping address before it is about an address.
    .toSorted((a, b) => b.whole.length - a.whole.length);
  for (const type of objects) {
    const names = new Set(type.fields.map((f) => f.name));
    for (const field of type.fields.slice()) {
      const leaf = leafOutput(field.output);
      if (leaf.kind === 'expandable') {
        const entity = byId(leaf.type, entities);
        if (entity) tell(entity, `${type.name}.${field.name}`);
        else expandToJson(type, field, notes);
      }
      const isList = field.output.kind === 'list';
      if (leaf.kind !== 'scalar' || !LINK_SCALARS.has(leaf.name) || isNested(field.output)) continue;
      const one = isList ? singular(field.name) : field.name;
      for (const target of targets) {
        const { entity, key } = target;
        const link = linkName(one, target);
        const linkField = link === undefined ? undefined : isList ? plural(link) : link;
        if (linkField === undefined || entity.type === type || names.has(linkField)) continue;
        names.add(linkField);
        type.fields.push(newLink(field, linkField, entity.type, key, isList));
        tell(entity, `${type.name}.${linkField}`);
        break;
      }
    }
  }
  for (const [entity, places] of linked) if (!entity.batch) tellSingle(entity, places, notes);
}

const isNested = (output: Output) => output.kind === 'list' && output.item.kind === 'list';

const LINK_SCALARS = new Set(['ID', 'String', 'Int', 'BigInt', 'UUID']);

interface Target {
  readonly entity: Entity;
  readonly key: string;
  /** What a field with the key is called: `userId`. */
  readonly whole: string;
  /** What the name of such a field ends with: `UserId`. */
  readonly end: string;
}

function targetOf(entity: Entity, key: string): Target {
  const whole = camelCase(`${camelCase(entity.type.name)} ${key}`);
  return { entity, key, whole, end: whole.charAt(0).toUpperCase() + whole.slice(1) };
}

/** `ownerUserId` for users by id → `ownerUser`; undefined if the field is about something else. */
function linkName(field: string, { whole, end, key }: Target): string | undefined {
  return field === whole || field.endsWith(end) ? field.slice(0, field.length - key.length) : undefined;
}

function newLink(
  field: OutputField,
  name: string,
  type: ObjectType,
  key: string,
  isList: boolean,
): OutputField {
  const item: Output = { kind: 'object', type };
  return {
    name,
    property: field.property,
    output: isList ? { kind: 'list', item, isNullable: true } : item,
    isNullable: true,
    description: undefined,
    isDeprecated: field.isDeprecated,
    link: { key, isList },
  };
}

/** The entity of a type, if its key is the id. */
function byId(type: ObjectType, entities: ReadonlyMap<ObjectType, Entity>): Entity | undefined {
  const entity = entities.get(type);
  const [key, ...others] = entity?.key.values() ?? [];
  return key?.name === 'id' && others.length === 0 ? entity : undefined;
}

/** An answer that is an id or an object is JSON as well, if nothing finds the object. */
export function linkedAnswer(output: Output, entities: ReadonlyMap<ObjectType, Entity>): Output {
  const leaf = leafOutput(output);
  return leaf.kind === 'expandable' && !byId(leaf.type, entities) ? replaceLeaf(output) : output;
}

function expandToJson(type: ObjectType, field: OutputField, notes: Notes): void {
  field.output = replaceLeaf(field.output);
  notes.problem(
    'OPENAPI_AS_JSON',
    type.part,
    `${type.name}.${field.name} is an id or an object, and no operation finds the object by its id: it becomes the scalar JSON.`,
  );
}

function replaceLeaf(output: Output): Output {
  return output.kind === 'list' ? { ...output, item: replaceLeaf(output.item) } : JSON_OUTPUT;
}

function tellSingle({ type, field }: Entity, places: readonly string[], notes: Notes): void {
  const shown =
    places.length > 3 ? `${places.slice(0, 3).join(', ')} and ${places.length - 3} more` : places.join(', ');
  notes.problem(
    'OPENAPI_NO_BATCH',
    field.operation.part,
    `${shown}: each ${type.name} is a call of its own (${field.operation.fullName}), as the description has no operation for many.`,
    `Let the list operation take ids (GET ${field.operation.path.replace(/\/\{[^{}]*\}[^/]*$/, '')}?ids=…), or remove the fields.`,
  );
}
