import type { SdlDirective, SdlValue } from './model.ts';
import { block, isBlockText, quoted, WIDTH } from './strings.ts';

/** `@name(a: 1, b: 2)` on one line; undefined if something in it needs several. */
export function flatDirective({ name, args = {} }: SdlDirective): string | undefined {
  return flat(name, args, false);
}

/** The same at any rate: on arguments and values of enums, which have short ones. */
export const lineDirective = ({ name, args = {} }: SdlDirective): string => flat(name, args, true)!;

function flat(name: string, args: Values, isLine: boolean): string | undefined {
  const written = entriesOf(args).map(([key, value]) => [key, flatValue(value, isLine)] as const);
  if (written.some(([, value]) => value === undefined)) return undefined;
  return written.length === 0
    ? `@${name}`
    : `@${name}(${written.map(([key, value]) => `${key}: ${value}`).join(', ')})`;
}

/** The same, an argument a line if it is long. `indent`: where the `@` stands. */
export function directiveText(directive: SdlDirective, indent: number): string {
  const line = flatDirective(directive);
  if (line !== undefined && indent + line.length <= WIDTH) return line;
  const args = entriesOf(directive.args ?? {});
  if (args.length === 0) return `@${directive.name}`;
  return `@${directive.name}(\n${namedLines(args, indent + 2)}\n${' '.repeat(indent)})`;
}

type Values = Readonly<Record<string, SdlValue | undefined>>;

const entriesOf = (values: Values): (readonly [string, SdlValue])[] =>
  Object.entries(values).filter((entry): entry is [string, SdlValue] => entry[1] !== undefined);

function namedLines(values: readonly (readonly [string, SdlValue])[], indent: number): string {
  const pad = ' '.repeat(indent);
  return values
    .map(([name, value]) => `${pad}${name}: ${valueText(value, indent, indent + name.length + 2)}`)
    .join('\n');
}

/** `indent`: of the line that the value begins in; `column`: where it begins. */
function valueText(value: SdlValue, indent: number, column: number): string {
  const line = flatValue(value, false);
  if (line !== undefined && (column + line.length <= WIDTH || typeof value !== 'object')) return line;
  if (typeof value === 'string') return block(value, indent);
  const pad = ' '.repeat(indent);
  if (isList(value)) {
    const items = value.map(
      (item) => `${pad}  ${flatValue(item, true) ?? valueText(item, indent + 2, indent + 2)}`,
    );
    return `[\n${items.join('\n')}\n${pad}]`;
  }
  return `{\n${namedLines(entriesOf(value as Values), indent + 2)}\n${pad}}`;
}

/** A mapping with quotes in it is read more easily as a block. `inLine`: there is no room for one, as in a list. */
function flatValue(value: SdlValue, inLine: boolean): string | undefined {
  if (typeof value === 'string') {
    const isShort = !/[\n"]/.test(value);
    return isShort || inLine || !isBlockText(value) ? quoted(value) : undefined;
  }
  if (typeof value !== 'object') return String(value);
  if (isList(value)) {
    const items = value.map((item) => flatValue(item, true));
    return items.includes(undefined) ? undefined : `[${items.join(', ')}]`;
  }
  const fields = entriesOf(value).map(([name, inner]) => [name, flatValue(inner, inLine)] as const);
  if (fields.some(([, inner]) => inner === undefined)) return undefined;
  return `{ ${fields.map(([name, inner]) => `${name}: ${inner}`).join(', ')} }`;
}

const isList = (value: SdlValue): value is readonly SdlValue[] => Array.isArray(value);
