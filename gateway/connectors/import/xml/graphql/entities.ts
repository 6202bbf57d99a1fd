import type { Builder } from './builder.ts';
import { batchConnector, type Call } from './call.ts';
import type { FieldDefinition, TypeDefinition } from './definitions.ts';
import { isList } from './list-type.ts';
import { namesOneThing, singular } from './naming.ts';

/**
 * Entities: an operation that takes one id and gives one object with that id finds it, and one that takes many
 * finds many. The type gets a `@key`, and other subgraphs may reach it.
 */
export function recogniseEntities(calls: readonly Call[], builder: Builder): void {
  const reads = calls.filter((c) => c.root === 'Query');
  for (const call of reads) {
    if (call.isList || call.object === undefined) continue;
    const type = builder.type(call.object);
    const argument = onlyArgument(call);
    if (!argument || type.kind !== 'type' || type.key !== undefined || isList(argument.type)) continue;
    const key = namesOneThing(argument.name) ? keyField(type, argument) : undefined;
    if (!key || !isIdOf(type, argument, key)) continue;
    renameArgument(call, key.name);
    type.key = key.name;
    key.isRequired = true;
    const many = reads.find((other) => findsMany(other, type, key));
    if (many) type.connectors.push(batchConnector(many, key.name));
    else call.isFinder = true;
  }
}

function onlyArgument({ params, parts }: Call): FieldDefinition | undefined {
  const fields = [...params, ...parts].flatMap((p) => (p.field ? [p.field] : []));
  return fields.length === 1 ? fields[0] : undefined;
}

/** The field of the same name; `orderId` may be the `id` of an `Order`. */
function keyField(type: TypeDefinition, argument: FieldDefinition): FieldDefinition | undefined {
  const named = (name: string) => type.fields.find((f) => f.name === name && f.type === argument.type);
  const own = type.name.charAt(0).toLowerCase() + type.name.slice(1);
  const long = argument.name.charAt(0).toUpperCase() + argument.name.slice(1);
  return (
    named(argument.name) ??
    (argument.name.startsWith(own) ? named(lowerFirst(argument.name.slice(own.length))) : named(own + long))
  );
}

/** Something else's id is no id of this: `orderId` of the shipment that an order has. */
function isIdOf(type: TypeDefinition, argument: FieldDefinition, key: FieldDefinition): boolean {
  if (key.name !== argument.name) return true;
  const words = key.name.match(/[A-Z]?[a-z0-9]+/g) ?? [];
  if (words.length < 2) return true;
  const owner = words.slice(0, -1).join('').toLowerCase();
  return type.name.toLowerCase().includes(owner);
}

function findsMany(call: Call, type: TypeDefinition, key: FieldDefinition): boolean {
  const argument = onlyArgument(call);
  if (!call.isList || call.object !== type.name || !argument || argument.type !== `[${key.type}!]`)
    return false;
  if (call.params.length + call.parts.length > 1) return false;
  const one = singular(argument.name)?.toLowerCase();
  return one === key.name.toLowerCase() || one === (type.name + key.name).toLowerCase();
}

function renameArgument(call: Call, name: string): void {
  for (const list of [call.params, call.parts])
    for (const [at, part] of list.entries())
      if (part.field) list[at] = { ...part, field: { ...part.field, name, isRequired: true } };
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
