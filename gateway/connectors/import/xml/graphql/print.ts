import { SCALAR_DESCRIPTIONS } from '../xsd/builtins.ts';
import type { Definition, OperationDefinition, TypeDefinition } from './definitions.ts';

export interface PrintedSchema {
  readonly operations: readonly OperationDefinition[];
  readonly definitions: readonly Definition[];
  /** Custom scalars in use. */
  readonly scalars: ReadonlySet<string>;
  readonly namespaces: readonly (readonly [prefix: string, uri: string])[];
}

/** The schema as a person would write it: links, scalars, root types, then the types in the order of their first use. */
export function printSchema({ operations, definitions, scalars, namespaces }: PrintedSchema): string {
  const hasKeys = definitions.some((d) => d.kind === 'type' && d.key !== undefined);
  const hasMappings = definitions.some((d) => d.kind !== 'union' && hasMapping(d));
  const imports = [
    '@xml',
    ...(namespaces.length > 0 ? ['@xmlNamespace'] : []),
    ...(hasMappings ? ['@mapping'] : []),
  ];
  const head = [
    'extend schema',
    `  @link(url: "https://specs.apollo.dev/federation/v2.9"${hasKeys ? ', import: ["@key"]' : ''})`,
    `  @link(url: "https://specs.sluice.dev/connector/v0.1", import: [${imports.map(text).join(', ')}])`,
    ...namespaces.map(([prefix, uri]) => `  @xmlNamespace(prefix: ${text(prefix)}, uri: ${text(uri)})`),
  ].join('\n');
  const declared = [...scalars]
    .sort()
    .map((name) => `${described(SCALAR_DESCRIPTIONS[name], '')}scalar ${name}`);
  const blocks = [
    head,
    ...(declared.length > 0 ? [declared.join('\n')] : []),
    ...(['Query', 'Mutation'] as const).flatMap((root) => printRoot(root, operations)),
    ...definitions.map(printDefinition),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function printRoot(root: 'Query' | 'Mutation', operations: readonly OperationDefinition[]): string[] {
  const own = operations.filter((o) => o.root === root);
  if (own.length === 0) return [];
  const fields = own.map((o) => {
    const args = o.args.map((a) => `${a.name}: ${a.type}`).join(', ');
    const isLong = args.length > 80 || o.args.some((a) => a.description !== undefined);
    const list = isLong
      ? `(\n${o.args.map((a) => `${described(a.description, '    ')}    ${a.name}: ${a.type}`).join('\n')}\n  )`
      : args === ''
        ? ''
        : `(${args})`;
    const directive = o.connector.map((line) => (line === '' ? '' : `    ${line}`)).join('\n');
    return `${described(o.description, '  ')}  ${o.name}${list}: ${o.type}\n${directive}`;
  });
  return [`type ${root} {\n${fields.join('\n\n')}\n}`];
}

function printDefinition(definition: Definition): string {
  const head = described(definition.description, '');
  if (definition.kind === 'union')
    return `${head}union ${definition.name} = ${definition.members.join(' | ')}`;
  if (definition.kind === 'enum') {
    const values = definition.values.map(
      (v) =>
        `${described(v.description, '  ')}  ${v.name}${v.from === undefined ? '' : ` @mapping(from: ${text(v.from)})`}`,
    );
    return `${head}enum ${definition.name} {\n${values.join('\n')}\n}`;
  }
  const fields = definition.fields.map(
    (f) => `${described(f.description, '  ')}  ${f.name}: ${f.type}${f.isRequired ? '!' : ''}`,
  );
  const interfaces =
    definition.implements.size > 0 ? ` implements ${[...definition.implements].join(' & ')}` : '';
  const directives = [
    ...(definition.key === undefined ? [] : [`@key(fields: ${text(definition.key)})`]),
    ...(definition.isOneOf ? ['@oneOf'] : []),
    ...printMapping(definition),
    ...definition.connectors,
  ];
  const isShort = directives.every((d) => !d.includes('\n')) && directives.join(' ').length < 70;
  const tail = isShort
    ? directives.map((d) => ` ${d}`).join('')
    : directives.map((d) => `\n  ${d.replaceAll('\n', '\n  ')}`).join('');
  return `${head}${definition.kind} ${definition.name}${interfaces}${tail} {\n${fields.join('\n')}\n}`;
}

function hasMapping(definition: Exclude<Definition, { kind: 'union' }>): boolean {
  return definition.kind === 'enum'
    ? definition.values.some((v) => v.from !== undefined)
    : printMapping(definition).length > 0;
}

/** An answer's fields of the same name need no mapping; an input says the order of its elements. */
function printMapping(type: TypeDefinition): string[] {
  if (type.kind === 'interface') return [];
  const { lines } = type;
  const isNeeded =
    type.selection === undefined &&
    ((type.kind === 'input' && lines.length > 0) ||
      lines.some((line) => line.includes(':') || line.includes('?')));
  // Lines that read nothing are values, and not the names of fields.
  const isEmpty = type.kind === 'input' && lines.length === 0;
  const selection = type.selection ?? (isNeeded ? lines.join('\n') : isEmpty ? '{}' : undefined);
  const from = type.from === undefined ? undefined : `from: ${text(type.from)}`;
  if (selection === undefined) return from === undefined ? [] : [`@mapping(${from})`];
  const body = selection.includes('\n') || selection.includes('"') ? block(selection) : text(selection);
  if (!body.includes('\n')) return [`@mapping(${from === undefined ? '' : `${from}, `}selection: ${body})`];
  return [
    `@mapping(\n${from === undefined ? '' : `  ${from}\n`}  selection: ${body.replaceAll('\n', '\n  ')}\n)`,
  ];
}

/** A block string; its lines are indented by whoever puts it somewhere. */
export const block = (content: string): string => `"""\n${content.replaceAll('"""', '\\"""')}\n"""`;

export const text = (content: string): string => JSON.stringify(content).replaceAll('\u007F', '\\u007F');

/** A description in front of what it describes, with its line break. */
function described(description: string | undefined, indent: string): string {
  if (description === undefined) return '';
  const clean = description.replace(/[^\t\n\x20-\uFFFF]/g, '').trim();
  if (clean === '') return '';
  if (!clean.includes('\n') && clean.length < 110) return `${indent}${text(clean)}\n`;
  const lines = clean.replaceAll('"""', '\\"""').split('\n');
  return `${indent}"""\n${lines.map((l) => (l === '' ? '' : indent + l)).join('\n')}\n${indent}"""\n`;
}
