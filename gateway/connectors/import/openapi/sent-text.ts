import type { Input, InputField, InputType, Medium } from './input-model.ts';
import { leafInput } from './input-model.ts';
import { onEach, toApi, writtenKey } from './mapping-text.ts';

/** How long a line of a body may be. */
const MAX_LINE = 90;

/** Whether a value is sent as the client gives it. */
function isAsGiven(input: Input): boolean {
  const leaf = leafInput(input);
  if (leaf.kind === 'enum') return !leaf.type.isMapped;
  if (leaf.kind === 'scalar') return leaf.name !== 'BigInt' || leaf.isText === true;
  return leaf.type.isVerbatim || leaf.type.fields.every((f) => f.name === f.property && isAsGiven(f.input));
}

/** A value of the arguments as the API wants it: `$args.input { first_name: firstName }`. */
export function sentText(path: string, input: Input, medium: Medium = 'json', depth = 0): string {
  if (input.kind === 'list') return sentText(path, input.item, medium, depth + 1);
  if (input.kind === 'enum') return path + (input.type.isMapped ? onEach(toApi(input.type), depth) : '');
  if (input.kind === 'scalar') {
    // A whole number of 64 bits is a text in GraphQL; JSON wants the number.
    const isNumber = input.name === 'BigInt' && input.isText !== true && medium === 'json';
    return path + (isNumber ? onEach('->parseInt', depth) : '');
  }
  if (isAsGiven(input)) return path;
  return `${path} { ${input.type.fields.map(sentField).join(' ')} }`;
}

function sentField({ name, property, input }: InputField): string {
  const value = sentText(name, input);
  return value === property && name === property ? name : `${writtenKey(property)}: ${value}`;
}

/** The same for a whole body, long objects with a field per line. */
export function sentLines(path: string, input: Input): string[] {
  const text = sentText(path, input);
  const leaf = leafInput(input);
  if (text.length <= MAX_LINE || leaf.kind !== 'input' || isAsGiven(input)) return [text];
  const fields = leaf.type.fields.flatMap((field) => {
    const lines = sentLines(field.name, field.input);
    if (lines.length === 1) return [sentField(field)];
    return field.name === field.property
      ? lines
      : [`${writtenKey(field.property)}: ${lines[0]}`, ...lines.slice(1)];
  });
  return [`${path} {`, ...fields.map((line) => `  ${line}`), '}'];
}

/** The fields of a form, or of an object in a query: `card: { number }` is `card[number]`. */
export function formFields(type: InputType, prefix: string, path: string): string[] {
  return type.fields.flatMap((field) => {
    const key = prefix === '' ? field.property : `${prefix}[${field.property}]`;
    const at = `${path}.${field.name}`;
    if (field.input.kind === 'input') return formFields(field.input.type, key, at);
    return [`${writtenKey(key)}: ${sentText(at, field.input, 'text')}`];
  });
}
