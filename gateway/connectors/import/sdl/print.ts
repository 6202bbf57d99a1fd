import type { SdlDirective, SdlField, SdlNamed, SdlSchema, SdlType } from './model.ts';
import { commentText, descriptionText, WIDTH } from './strings.ts';
import { directiveText, flatDirective, lineDirective } from './values.ts';

/** What stands behind the arguments of a field: arguments of one line leave this room for it. */
const BEHIND = 30;

/** The schema as text, laid out the way a person would: short things on one line, long ones one argument a line. */
export function printSdl({ title, directives, types }: SdlSchema): string {
  const comment = title === undefined || title.trim() === '' ? '' : `${commentText(title)}\n`;
  const links = directives.map((directive) => `  ${directiveText(directive, 2)}`);
  const scalars = types.filter((type) => type.kind === 'scalar').map(printType);
  const blocks = [
    ...(links.length > 0 ? [`extend schema\n${links.join('\n')}`] : []),
    ...(scalars.length > 0 ? [scalars.join('\n')] : []),
    ...types.filter((type) => type.kind !== 'scalar').map(printType),
  ];
  return `${comment}${blocks.join('\n\n')}\n`;
}

function printType(type: SdlType): string {
  const described = descriptionText(type.description, 0);
  if (type.kind === 'scalar') return `${described}${headed(`scalar ${type.name}`, type.directives, '')}`;
  if (type.kind === 'union') {
    const line = `union ${type.name} = ${type.members.join(' | ')}`;
    const isShort = line.length <= WIDTH;
    return `${described}${isShort ? line : `union ${type.name} =\n  | ${type.members.join('\n  | ')}`}`;
  }
  const lines = type.kind === 'enum' ? type.values.map(printValue) : printFields(type.fields);
  const interfaces = type.kind === 'enum' ? [] : (type.implements ?? []);
  const head = `${type.kind} ${type.name}${interfaces.length > 0 ? ` implements ${interfaces.join(' & ')}` : ''}`;
  return `${described}${headed(head, type.directives, ' {')}\n${lines.join('\n')}\n}`;
}

/** Root fields with long directives are set apart by blank lines. */
function printFields(fields: readonly SdlField[]): string[] {
  const printed = fields.map(printField);
  return printed.map((text, i) => (i > 0 && (isTall(text) || isTall(printed[i - 1]!)) ? `\n${text}` : text));
}

const isTall = (text: string): boolean => /\n {4}@/.test(text);

/** All on one line if it fits, else each directive on its own. */
function headed(head: string, directives: readonly SdlDirective[] = [], end: string): string {
  const flat = directives.map(flatDirective);
  const line = [head, ...flat].join(' ');
  if (!flat.includes(undefined) && line.length + end.length <= WIDTH) return `${line}${end}`;
  return `${[head, ...directives.map((d) => `  ${directiveText(d, 2)}`)].join('\n')}${end}`;
}

function printValue({ name, description, directives = [] }: SdlNamed): string {
  const line = [name, ...directives.map(lineDirective)].join(' ');
  return `${descriptionText(description, 2)}  ${line}`;
}

function printField(field: SdlField): string {
  const directives = field.directives ?? [];
  const head = `${field.name}${printArguments(field.args ?? [])}: ${field.type}${defaultOf(field)}`;
  const flat = directives.map(flatDirective);
  const line = [`  ${head}`, ...flat].join(' ');
  const isShort = !flat.includes(undefined) && !head.includes('\n') && line.length <= WIDTH;
  const text = isShort
    ? line
    : [`  ${head}`, ...directives.map((d) => `    ${directiveText(d, 4)}`)].join('\n');
  return `${descriptionText(field.description, 2)}${text}`;
}

function printArguments(args: readonly SdlField[]): string {
  if (args.length === 0) return '';
  const printed = args.map((arg) => {
    return [`${arg.name}: ${arg.type}${defaultOf(arg)}`, ...(arg.directives ?? []).map(lineDirective)].join(
      ' ',
    );
  });
  const line = `(${printed.join(', ')})`;
  const isPlain = args.every(({ description }) => description === undefined || description.trim() === '');
  if (isPlain && line.length <= WIDTH - BEHIND) return line;
  const lines = args.map((arg, i) => `${descriptionText(arg.description, 4)}    ${printed[i]}`);
  return `(\n${lines.join('\n')}\n  )`;
}

const defaultOf = ({ defaultValue }: SdlField): string =>
  defaultValue === undefined ? '' : ` = ${defaultValue}`;
