/** What a printed line may have before it is broken. */
const MAX_LINE = 120;

/** A text as a GraphQL string: on one line, or as a block with its lines indented. */
export function stringText(lines: readonly string[], indent: string): string {
  const [only = ''] = lines;
  if (lines.length <= 1 && !only.includes('"')) return JSON.stringify(only);
  return ['"""', ...lines.map((line) => line.replaceAll('"""', '\\"""')), '"""'].join(`\n${indent}`);
}

/** The description of a type, field or argument, ready to stand before it; empty without one. */
export function descriptionText(text: string | undefined, indent: string): string {
  const lines = (text ?? '')
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex -- GraphQL has no place for them
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f\ufeff]/g, (c) => (c === '\r' ? '\n' : ''))
    .split('\n')
    .map((line) => line.trimEnd());
  while (lines.length > 0 && lines[0] === '') lines.shift();
  while (lines.length > 0 && lines.at(-1) === '') lines.pop();
  if (lines.length === 0) return '';
  if (lines.length === 1 && lines[0]!.length < MAX_LINE) return `${indent}${JSON.stringify(lines[0])}\n`;
  const body = blockLines(lines).map((line) => (line === '' ? '' : `${indent}${line}`));
  return `${indent}"""\n${body.join('\n')}\n${indent}"""\n`;
}

/** The common indentation is the description's own, not ours; quotes and a last backslash must not end the block. */
function blockLines(lines: readonly string[]): string[] {
  const told = lines.filter((line, i) => i > 0 && line !== '').map((line) => /^\s*/.exec(line)![0].length);
  const common = told.length > 0 ? Math.min(...told) : 0;
  return lines.map((line, i) => (i === 0 ? line.trimStart() : line.slice(common)).replaceAll('"""', '\\"""'));
}

/** `@name(a: 1, b: 2)`, on lines of its own if it is long. `values` are ready to be printed. */
export function directiveText(
  name: string,
  values: readonly (readonly [string, string])[],
  indent: string,
): string {
  const line = `@${name}(${values.map(([key, value]) => `${key}: ${value}`).join(', ')})`;
  if (!line.includes('\n') && indent.length + line.length <= MAX_LINE) return line;
  return (
    [`@${name}(`, ...values.map(([key, value]) => `  ${key}: ${value}`)].join(`\n${indent}`) + `\n${indent})`
  );
}

/** `{ a: 1 }`, on lines of its own if it is long. */
export function objectText(values: readonly (readonly [string, string])[], indent: string): string {
  const line = `{ ${values.map(([key, value]) => `${key}: ${value}`).join(', ')} }`;
  if (!line.includes('\n') && indent.length + line.length + 6 <= MAX_LINE) return line;
  return ['{', ...values.map(([key, value]) => `  ${key}: ${value}`)].join(`\n${indent}`) + `\n${indent}}`;
}

/** A mapping: short ones on one line, long ones a field per line. */
export function mappingText(lines: readonly string[], indent: string): string {
  const line = lines.join(' ');
  return lines.length <= 1 || (line.length <= 70 && !line.includes('"'))
    ? stringText([line], indent)
    : stringText(lines, indent);
}
