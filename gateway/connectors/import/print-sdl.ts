import { wrapText } from './wrap-text.ts';

/** A schema to be written, as data; only what importers need of GraphQL's type system language. */
export interface SdlSchema {
  /** Directives of `extend schema`. */
  readonly directives: readonly SdlDirective[];
  readonly types: readonly SdlType[];
}

export type SdlType =
  | (SdlNamed & { readonly kind: 'scalar' })
  | (SdlNamed & { readonly kind: 'enum'; readonly values: readonly SdlNamed[] })
  | (SdlNamed & { readonly kind: 'union'; readonly members: readonly string[] })
  | (SdlNamed & { readonly kind: 'type' | 'input' | 'interface'; readonly fields: readonly SdlField[] });

export interface SdlNamed {
  readonly name: string;
  readonly description?: string | undefined;
  readonly directives?: readonly SdlDirective[] | undefined;
}

export interface SdlField extends SdlNamed {
  /** As written: `[User!]!`. */
  readonly type: string;
  readonly args?: readonly SdlField[];
  /** As written: `20`, `"x"`. */
  readonly defaultValue?: string;
}

export interface SdlDirective {
  readonly name: string;
  readonly args?: Readonly<Record<string, SdlValue | undefined>>;
}

/** Texts become strings, or block strings if they have several lines. */
export type SdlValue =
  | string
  | number
  | boolean
  | readonly SdlValue[]
  | { readonly [name: string]: SdlValue };

/** Longer lines are broken. */
const WIDTH = 110;

/** The schema as text, laid out the way a person would: short things on one line, long ones one argument a line. */
export function printSdl(schema: SdlSchema): string {
  const head =
    schema.directives.length === 0
      ? []
      : [`extend schema\n${schema.directives.map((d) => `  ${directive(d, 2)}`).join('\n')}`];
  const scalars = schema.types.filter((t) => t.kind === 'scalar').map(printType);
  const others = schema.types.filter((t) => t.kind !== 'scalar').map(printType);
  return `${[...head, ...(scalars.length > 0 ? [scalars.join('\n')] : []), ...others].join('\n\n')}\n`;
}

function printType(type: SdlType): string {
  const described = description(type.description, 0);
  if (type.kind === 'scalar') return `${described}${headed(`scalar ${type.name}`, type.directives, '')}`;
  if (type.kind === 'union') {
    const line = `union ${type.name} = ${type.members.join(' | ')}`;
    return `${described}${line.length <= WIDTH ? line : `union ${type.name} =\n  | ${type.members.join('\n  | ')}`}`;
  }
  const lines = type.kind === 'enum' ? type.values.map(printValue) : printFields(type.fields);
  return `${described}${headed(`${type.kind} ${type.name}`, type.directives, ' {')}\n${lines.join('\n')}\n}`;
}

/** Root fields with long directives are set apart by blank lines. */
function printFields(fields: readonly SdlField[]): string[] {
  const printed = fields.map(printField);
  return printed.map((text, i) => (i > 0 && (isTall(text) || isTall(printed[i - 1]!)) ? `\n${text}` : text));
}

const isTall = (text: string): boolean => /\n {4}@/.test(text);

function headed(head: string, directives: readonly SdlDirective[] = [], end: string): string {
  const line = [head, ...directives.map((d) => oneLine(d))].join(' ');
  if (directives.every(isFlat) && line.length + end.length <= WIDTH) return `${line}${end}`;
  return `${[head, ...directives.map((d) => `  ${directive(d, 2)}`)].join('\n')}${end}`;
}

function printValue({ name, description: text, directives = [] }: SdlNamed): string {
  return `${description(text, 2)}  ${[name, ...directives.map((d) => oneLine(d))].join(' ')}`;
}

function printField(field: SdlField): string {
  const directives = field.directives ?? [];
  const head = `${field.name}${printArguments(field.args ?? [])}: ${field.type}${defaultOf(field)}`;
  const line = [`  ${head}`, ...directives.map((d) => oneLine(d))].join(' ');
  const isShort = directives.every(isFlat) && !head.includes('\n') && line.length <= WIDTH;
  const text = isShort ? line : [`  ${head}`, ...directives.map((d) => `    ${directive(d, 4)}`)].join('\n');
  return `${description(field.description, 2)}${text}`;
}

function printArguments(args: readonly SdlField[]): string {
  if (args.length === 0) return '';
  const printed = args.map((arg) =>
    [`${arg.name}: ${arg.type}${defaultOf(arg)}`, ...(arg.directives ?? []).map((d) => oneLine(d))].join(' '),
  );
  const line = `(${printed.join(', ')})`;
  if (line.length <= WIDTH - 30 && args.every((arg) => arg.description === undefined)) return line;
  const lines = args.map((arg, i) => `${description(arg.description, 4)}    ${printed[i]}`);
  return `(\n${lines.join('\n')}\n  )`;
}

const defaultOf = (field: SdlField): string =>
  field.defaultValue === undefined ? '' : ` = ${field.defaultValue}`;

const argumentsOf = ({ args = {} }: SdlDirective): [string, SdlValue][] =>
  Object.entries(args).filter((arg): arg is [string, SdlValue] => arg[1] !== undefined);

const isFlat = (d: SdlDirective): boolean =>
  argumentsOf(d).every(([, v]) => typeof v !== 'string' || !v.includes('\n'));

function oneLine(d: SdlDirective): string {
  const args = argumentsOf(d).map(([name, v]) => `${name}: ${value(v, 0)}`);
  return args.length === 0 ? `@${d.name}` : `@${d.name}(${args.join(', ')})`;
}

/** `indent`: where the `@` stands. */
function directive(d: SdlDirective, indent: number): string {
  const line = oneLine(d);
  if (isFlat(d) && indent + line.length <= WIDTH) return line;
  const inner = ' '.repeat(indent + 2);
  const args = argumentsOf(d).map(([name, v]) => `${inner}${name}: ${value(v, indent + 2)}`);
  return `@${d.name}(\n${args.join('\n')}\n${' '.repeat(indent)})`;
}

function value(v: SdlValue, indent: number): string {
  if (typeof v === 'string') return v.includes('\n') ? block(v, indent) : JSON.stringify(v);
  if (typeof v !== 'object') return String(v);
  if (Array.isArray(v))
    return `[${(v as readonly SdlValue[]).map((item) => value(item, indent)).join(', ')}]`;
  const fields = Object.entries(v).map(([name, inner]) => `${name}: ${value(inner, indent)}`);
  return `{ ${fields.join(', ')} }`;
}

function description(text: string | undefined, indent: number): string {
  const trimmed = text?.trim();
  if (trimmed === undefined || trimmed === '') return '';
  const pad = ' '.repeat(indent);
  const isShort = !trimmed.includes('\n') && trimmed.length + indent + 2 <= WIDTH;
  if (isShort) return `${pad}${quoted(trimmed)}\n`;
  return `${pad}${block(wrapText(trimmed, WIDTH - indent), indent)}\n`;
}

/** A string of one line, without the escapes that GraphQL does not have. */
function quoted(text: string): string {
  // eslint-disable-next-line no-control-regex
  return JSON.stringify(text.replace(/[\u0000-\u001f\u007f]/g, ' '));
}

function block(text: string, indent: number): string {
  const pad = ' '.repeat(indent);
  const lines = text
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, ' ')
    .replaceAll('"""', '\\"""')
    .split('\n')
    .map((line) => (line.trim() === '' ? '' : `${pad}${line.trimEnd()}`));
  return `"""\n${lines.join('\n')}\n${pad}"""`;
}
