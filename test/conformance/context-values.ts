import {
  getArgumentValues,
  type GraphQLSchema,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { type Arguments, type GraphData, isThing, type Thing } from './graph-data.ts';

/** An object with the objects around it. */
export interface PlacedThing extends Thing {
  readonly parent?: PlacedThing;
}

/** The value with `parent` around each object. */
export function placedBelow(parent: PlacedThing, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => placedBelow(parent, item));
  return isThing(value) ? { ...value, parent } : value;
}

/**
 * The arguments of a field with those that it takes from the nearest object further up that carries the context.
 * @throws Error where such a value fails
 */
export function argumentsWithContext(
  schema: GraphQLSchema,
  data: GraphData,
  owner: PlacedThing,
  field: string,
  args: Arguments,
): Arguments {
  const contextual = data.index.contextArguments(owner.typename, field);
  if (contextual.length === 0) return args;
  const all: Record<string, unknown> = { ...args };
  for (const { name, selection, carriers } of contextual) {
    let around = owner.parent;
    while (around && !carriers.has(around.typename)) around = around.parent;
    all[name] = around ? valueAt(schema, data, around, contextSelection(selection)) : null;
  }
  return all;
}

function valueAt(schema: GraphQLSchema, data: GraphData, thing: Thing, set: SelectionSetNode): unknown {
  const type = schema.getType(thing.typename);
  for (const selection of set.selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      if (selection.typeCondition?.name.value === thing.typename)
        return valueAt(schema, data, thing, selection.selectionSet);
      continue;
    }
    if (selection.kind !== Kind.FIELD || !isObjectType(type)) continue;
    const name = selection.name.value;
    const definition = type.getFields()[name];
    if (!definition) throw new Error(`${thing.typename} has no field "${name}"`);
    if (data.requirementFails(schema, thing, name)) throw new Error('a required field failed');
    const args = getArgumentValues(definition, selection);
    const value = data.value(schema, thing, name, definition.type, args);
    return below(schema, data, value, selection.selectionSet);
  }
  return null;
}

function below(
  schema: GraphQLSchema,
  data: GraphData,
  value: unknown,
  set: SelectionSetNode | undefined,
): unknown {
  if (Array.isArray(value)) return value.map((item) => below(schema, data, item, set));
  return isThing(value) && set ? valueAt(schema, data, value, set) : (value ?? null);
}

const selections = new Map<string, SelectionSetNode>();

function contextSelection(text: string): SelectionSetNode {
  let set = selections.get(text);
  if (!set) {
    const [definition] = parse(text.startsWith('{') ? text : `{ ${text} }`, { noLocation: true }).definitions;
    if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('a selection was expected');
    selections.set(text, (set = definition.selectionSet));
  }
  return set;
}
