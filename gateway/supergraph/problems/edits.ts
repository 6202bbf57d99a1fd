import { type FieldDefinitionNode, Kind, parse, print, type SelectionSetNode } from 'graphql';
import {
  argument,
  type Definitions,
  type FederationDirective,
  type FieldNode,
  namedType,
  textOf,
} from './definitions.ts';
import { list, type Places } from './places.ts';

/** A change of a schema, as a clause without a full stop, and where it is made. */
export interface Edit {
  readonly text: string;
  readonly subgraph: string;
  /** `Type` or `Type.field`. */
  readonly coordinate: string;
  /** Of an edit that adds fields to a type: such edits of one type in one subgraph are one edit (`addFields`). */
  readonly fields?: readonly string[];
}

/** What two edits have in common that are one. */
export function identityOf({ text, subgraph, coordinate, fields }: Edit): string {
  return fields ? `fields of ${coordinate} in ${subgraph}` : text;
}

export interface Key {
  readonly fields: string;
  readonly resolvable: boolean;
}

export function keysOf(definitions: Definitions, type: string): Key[] {
  return definitions.applied(definitions.type(type), 'key').flatMap((key) => {
    const fields = textOf(argument(key, 'fields'));
    const resolvable = argument(key, 'resolvable');
    if (fields === undefined) return [];
    return [
      {
        fields: oneLine(fields),
        resolvable: !(resolvable?.kind === Kind.BOOLEAN && !resolvable.value),
      },
    ];
  });
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

export function isEntity(places: Places, type: string): boolean {
  return places.names().some((name) => {
    const definitions = places.definitions(name);
    return definitions !== undefined && keysOf(definitions, type).length > 0;
  });
}

/** Subgraphs that resolve a field of an object themselves. */
export function resolversOf(places: Places, type: string, field: string): string[] {
  return places.names().filter((name) => {
    const definitions = places.definitions(name);
    return definitions !== undefined && gives(definitions, type, field);
  });
}

/** Whether a subgraph resolves all fields of a field set by itself. */
export function gives(definitions: Definitions, type: string, fields: string): boolean {
  const selections = parseFields(fields);
  return selections !== undefined && givesSelections(definitions, type, selections);
}

function givesSelections(definitions: Definitions, type: string, { selections }: SelectionSetNode): boolean {
  return selections.every((selection) => {
    if (selection.kind !== Kind.FIELD) return false;
    if (selection.name.value === '__typename') return true;
    const field = definitions.field(type, selection.name.value);
    if (!field) return false;
    // Federation 1 wants the key of another subgraph's entity external, and resolves it all the same.
    const isExternal = !definitions.isFederation1 && definitions.applied(field, 'external').length > 0;
    if (isExternal) return false;
    return (
      !selection.selectionSet || givesSelections(definitions, namedType(field.type), selection.selectionSet)
    );
  });
}

/** The selections of a field set such as `id org { id }`; `undefined` if it does not parse. */
export function parseFields(fields: string): SelectionSetNode | undefined {
  try {
    const [definition] = parse(`{${fields}}`, { noLocation: true }).definitions;
    return definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet : undefined;
  } catch {
    return undefined;
  }
}

/** Top-level names of a field set. */
export function fieldNames(fields: string): string[] {
  return (parseFields(fields)?.selections ?? []).flatMap((selection) =>
    selection.kind === Kind.FIELD ? [selection.name.value] : [],
  );
}

export function kindOf(definitions: Definitions | undefined, type: string): 'type' | 'interface' {
  const [part] = definitions?.type(type) ?? [];
  return part?.kind.startsWith('Interface') === true ? 'interface' : 'type';
}

/** Gives a type of `to` a key whose fields `from` has. */
export function addKey(places: Places, type: string, fields: string, from: string, to: string): Edit {
  const target = places.definitions(to);
  const missing = fieldNames(fields).filter((field) => !target?.field(type, field));
  const source = places.definitions(from);
  // Fields of a key may be in many subgraphs, others only where they are marked as shareable.
  const alone = places
    .names()
    .filter((name) => name !== to && missing.some((field) => isAlone(places.definitions(name), type, field)));
  const nodes = missing.flatMap((field) => source?.field(type, field) ?? []);
  const added = nodes.map((node) => `${node.name.value}: ${print(node.type)}`);
  const types = [...new Set(nodes.map((node) => namedType(node.type)))].filter(
    (name) => target?.type(name).length === 0 && (source?.type(name).length ?? 0) > 0,
  );
  const kind = kindOf(target, type);
  const targets = [...alone, to];
  const where = targets.length > 1 ? `subgraphs ${list(targets)}` : `subgraph ${to}`;
  const fieldsThere =
    added.length === 0
      ? ''
      : `, with the field${added.length > 1 ? 's' : ''} ${list(added)}${types.length > 0 ? ` (and the type${types.length > 1 ? 's' : ''} ${list(types)})` : ''}${targets.length > 1 ? ` in ${to}` : ''}`;
  const implementations =
    kind === 'interface' ? `, and to each type that implements it${targets.length > 1 ? '' : ' there'}` : '';
  return {
    text: `add @key(fields: "${fields}") to ${kind} ${type} in ${where}${fieldsThere}${implementations}${imports(places, 'key', targets)}`,
    subgraph: to,
    coordinate: type,
  };
}

/** Lets a subgraph resolve a field that others have. */
export function addField(places: Places, type: string, field: string, to: string): Edit | undefined {
  const owners = resolversOf(places, type, field).filter((name) => name !== to);
  const target = places.definitions(to);
  const present = target?.field(type, field);
  if (target && present && target.applied(present, 'external').length > 0)
    return {
      text: `remove @external from ${type}.${field} in subgraph ${to} and resolve it there${sharing(places, type, [field], [to, ...owners])}`,
      subgraph: to,
      coordinate: `${type}.${field}`,
    };
  if (present || owners.length === 0 || !target || target.type(type).length === 0) return undefined;
  return addFields(places, type, [field], to);
}

const MAX_FIELDS_SHOWN = 6;

export function addFields(places: Places, type: string, fields: readonly string[], to: string): Edit {
  const owners = new Set(fields.flatMap((field) => resolversOf(places, type, field)));
  owners.delete(to);
  const signatures = fields.map((field) => {
    const [owner] = resolversOf(places, type, field);
    const node = owner === undefined ? undefined : places.definitions(owner)?.field(type, field);
    return node ? signature(node) : field;
  });
  const more = signatures.length - MAX_FIELDS_SHOWN;
  const shown = more > 1 ? [...signatures.slice(0, MAX_FIELDS_SHOWN), `${more} more`] : signatures;
  const marks = sharing(places, type, fields, [to, ...owners]);
  return {
    text: `add the field${fields.length > 1 ? 's' : ''} ${list(shown)} to ${kindOf(places.definitions(to), type)} ${type} in subgraph ${to}${marks}`,
    subgraph: to,
    coordinate: type,
    fields,
  };
}

/** Where the fields need a mark, once all of these subgraphs resolve them. */
function sharing(
  places: Places,
  type: string,
  fields: readonly string[],
  subgraphs: readonly string[],
): string {
  const marked = subgraphs.filter((name, index) => {
    const definitions = places.definitions(name);
    if (!definitions || kindOf(definitions, type) === 'interface') return false;
    return fields.some((field) =>
      index === 0 ? needsMark(definitions, type, field) : isAlone(definitions, type, field),
    );
  });
  if (marked.length === 0) return '';
  return `, with @shareable in ${list(marked)}${imports(places, 'shareable', marked)}`;
}

/** A field that its subgraph alone may resolve. */
function isAlone(definitions: Definitions | undefined, type: string, field: string): boolean {
  const node = definitions?.field(type, field);
  if (!definitions || !node || definitions.applied(node, 'external').length > 0) return false;
  return definitions.applied(node, 'shareable').length === 0 && needsMark(definitions, type, field);
}

function needsMark(definitions: Definitions, type: string, field: string): boolean {
  if (definitions.isFederation1) return false;
  if (definitions.applied(definitions.type(type), 'shareable').length > 0) return false;
  return !keysOf(definitions, type).some((key) => fieldNames(key.fields).includes(field));
}

/** `name(first: Int): String`, without description and directives. */
export function signature(node: FieldNode): string {
  const args = node.kind === Kind.FIELD_DEFINITION ? (node.arguments ?? []) : [];
  const plain = {
    kind: Kind.FIELD_DEFINITION,
    name: node.name,
    type: node.type,
    arguments: args.map(({ kind, name, type, defaultValue }) => ({
      kind,
      name,
      type,
      ...(defaultValue && { defaultValue }),
    })),
  } as FieldDefinitionNode;
  return oneLine(print(plain));
}

/** ` (import "@key" in the @link of b)`, where a schema cannot write the directive yet. */
export function imports(
  places: Places,
  directive: FederationDirective,
  subgraphs: readonly string[],
): string {
  const without = subgraphs.filter((name) => places.definitions(name)?.knows(directive) === false);
  return without.length === 0
    ? ''
    : ` (import "@${directive}" in the @link to federation of ${list(without)})`;
}
