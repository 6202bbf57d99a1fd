import { linksOf } from '../../sdl/links.ts';
import type { SdlDirective, SdlField, SdlSchema, SdlType } from '../../sdl/model.ts';
import { scalarTypes } from '../../sdl/scalars.ts';
import type { Definition, OperationDefinition, TypeDefinition } from './definitions.ts';

export interface SchemaParts {
  readonly operations: readonly OperationDefinition[];
  readonly definitions: readonly Definition[];
  /** Custom scalars in use. */
  readonly scalars: ReadonlySet<string>;
  readonly namespaces: readonly (readonly [prefix: string, uri: string])[];
}

/** What XML writes otherwise than other wires. */
const SAID_OF_SCALARS = { JSON: 'Any XML, as docs/xml.md writes it.' };

/** Links, scalars, root types, then the types in the order of their first use. */
export function schemaSdl({ operations, definitions, scalars, namespaces }: SchemaParts): SdlSchema {
  const types = [
    ...(['Query', 'Mutation'] as const).flatMap((root) => rootType(root, operations)),
    ...definitions.map(typeOf),
  ];
  const declared = namespaces.map(([prefix, uri]): SdlDirective => ({
    name: 'xmlNamespace',
    args: { prefix, uri },
  }));
  return {
    directives: [...linksOf(types, declared), ...declared],
    types: [...scalarTypes(scalars, SAID_OF_SCALARS), ...types],
  };
}

function rootType(name: 'Query' | 'Mutation', operations: readonly OperationDefinition[]): SdlType[] {
  const own = operations.filter((o) => o.root === name);
  if (own.length === 0) return [];
  const fields = own.map(({ connector, ...field }): SdlField => ({ ...field, directives: [connector] }));
  return [{ kind: 'type', name, fields }];
}

function typeOf(definition: Definition): SdlType {
  const { kind, name, description } = definition;
  if (kind === 'union') return { kind, name, description, members: definition.members };
  if (kind === 'enum') {
    const values = definition.values.map(({ from, ...value }) => ({
      ...value,
      directives: from === undefined ? [] : [{ name: 'mapping', args: { from } }],
    }));
    return { kind, name, description, values };
  }
  return {
    kind,
    name,
    description,
    implements: [...definition.implements],
    directives: [
      ...(definition.key === undefined ? [] : [{ name: 'key', args: { fields: definition.key } }]),
      ...(definition.isOneOf ? [{ name: 'oneOf' }] : []),
      ...mapping(definition),
      ...definition.connectors,
    ],
    fields: definition.fields.map(({ isRequired, ...field }) => ({
      ...field,
      type: `${field.type}${isRequired ? '!' : ''}`,
    })),
  };
}

/** An answer's fields of the same name need no mapping; an input says the order of its elements. */
function mapping(type: TypeDefinition): SdlDirective[] {
  if (type.kind === 'interface') return [];
  const { lines, from } = type;
  const isNeeded =
    type.selection === undefined &&
    ((type.kind === 'input' && lines.length > 0) ||
      lines.some((line) => line.includes(':') || line.includes('?')));
  // Lines that read nothing are values, and not the names of fields.
  const isEmpty = type.kind === 'input' && lines.length === 0;
  const selection = type.selection ?? (isNeeded ? lines.join('\n') : isEmpty ? '{}' : undefined);
  return selection === undefined && from === undefined
    ? []
    : [{ name: 'mapping', args: { from, selection } }];
}
