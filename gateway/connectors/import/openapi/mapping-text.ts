import type { EnumType } from './enums.ts';
import type { ObjectType, Output, OutputField, UnionType } from './outputs.ts';

/** A text of the mapping language may have 64 KiB; this leaves room for what stands around. */
export const MAX_MAPPING_CHARACTERS = 40_000;

/** Lines of a mapping: on one line if they are short. */
export function mappingOf(lines: readonly string[]): string {
  const line = lines.join(' ');
  return lines.length <= 1 || (line.length <= 70 && !line.includes('"')) ? line : lines.join('\n');
}

const isPlainKey = (key: string) => /^[A-Za-z_]\w*$/.test(key) && !/^(?:true|false|null)$/.test(key);

/** A property as a path from `$`. */
export const readKey = (key: string): string =>
  isPlainKey(key) ? key : `$.${JSON.stringify(key.toWellFormed())}`;

/** A property as a name that a mapping writes. */
export const writtenKey = (key: string): string =>
  isPlainKey(key) ? key : JSON.stringify(key.toWellFormed());

/** `->match(["in stock", "IN_STOCK"], …)`; a value that the description does not know stays, and is an error at its field. */
export function fromApi(type: EnumType): string {
  return matchText(type.values.map(({ name, value }) => [value, name]));
}

/** The way back: `->match(["IN_STOCK", "in stock"], …)`. */
export function toApi(type: EnumType): string {
  return matchText(type.values.map(({ name, value }) => [name, value]));
}

function matchText(pairs: readonly (readonly [string, string])[]): string {
  const written = pairs.map(([from, to]) => `[${quoted(from)}, ${quoted(to)}]`);
  return `->match(${[...written, '[@, @]'].join(', ')})`;
}

const quoted = (text: string) => JSON.stringify(text.toWellFormed());

/** Applies a method to each element of a list of lists. */
export function onEach(method: string, depth: number): string {
  return depth === 0 ? method : `?->map(@${onEach(method, depth - 1)})`;
}

/** The mapping of one object, a field per line; unions take several. */
export function objectLines(type: ObjectType): string[] {
  return type.fields.flatMap((field) => {
    const leaf = leafOutput(field.output);
    if (leaf.kind !== 'union' || leaf.type.asJson) return [fieldText(field)];
    const path = readKey(field.property);
    const head = path === field.name ? path : `${field.name}: ${path}`;
    return [`${head} {`, ...unionLines(leaf.type).map((line) => `  ${line}`), '}'];
  });
}

/** What a list, or a list of lists, is of. */
export function leafOutput(output: Output): Exclude<Output, { kind: 'list' }> {
  return output.kind === 'list' ? leafOutput(output.item) : output;
}

function fieldText(field: OutputField): string {
  const { name, property, output, link } = field;
  const path = readKey(property);
  if (link) return `${name}: ${path} { ${link.key}: $ }`;
  const value = path + followed(output, 0);
  return value === name ? name : `${name}: ${value}`;
}

/** What follows a path so that its value has the form of the type. */
export function followed(output: Output, depth: number): string {
  switch (output.kind) {
    case 'list':
      return followed(output.item, depth + 1);
    case 'enum':
      return output.type.isMapped ? onEach(fromApi(output.type), depth) : '';
    case 'entries':
      return '?->entries';
    case 'union':
      return output.type.asJson ? '' : ` { ${unionText(output.type)} }`;
    case 'expandable': {
      const key = expandableKey(output.type);
      return key ? ` { ${key.name}: ${readKey(key.property)} ?? $ }` : '';
    }
    case 'scalar':
    case 'object':
      return '';
  }
}

/** By which field an object is known whose id may stand in its place. */
export function expandableKey(type: ObjectType): OutputField | undefined {
  return type.fields.find((f) => f.name === 'id' && f.output.kind === 'scalar');
}

/** The fields of the member that the discriminator tells; null for a member that the description does not know. */
export function unionText(type: UnionType): string {
  return unionLines(type).join(' ');
}

/** The same, a member per line. */
export function unionLines(type: UnionType): string[] {
  const members = type.members.flatMap(({ values, type: member }) =>
    values.map(
      (value) =>
        `[${quoted(value)}, { ${[`__typename: "${member.name}"`, ...objectLines(member)].join(' ')} }]`,
    ),
  );
  return [
    `...${readKey(type.property)}->match(`,
    ...members.map((member) => `  ${member},`),
    '  [@, null]',
    ')',
  ];
}
