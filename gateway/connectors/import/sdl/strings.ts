import { wrapText } from './wrap-text.ts';

/** Longer lines are broken. */
export const WIDTH = 110;

/** A text as a string of GraphQL, on one line; its value is the text. */
export function quoted(text: string): string {
  return JSON.stringify(text.toWellFormed()).replaceAll('\u007f', '\\u007f');
}

/** Whether a block string would have just this text as its value (specification, section 2.9.4, "Block Strings"). */
export function isBlockText(text: string): boolean {
  // eslint-disable-next-line no-control-regex
  if (!text.isWellFormed() || /[\u0000-\u0008\u000b-\u001f\u007f]/.test(text)) return false;
  const lines = text.split('\n');
  const told = lines.filter((line) => line.trim() !== '');
  return (
    lines[0]!.trim() !== '' &&
    lines.at(-1)!.trim() !== '' &&
    lines.every((line) => line.trim() !== '' || line === '') &&
    told.some((line) => !/^[ \t]/.test(line))
  );
}

/** A block string; `indent`: of its lines, and of the quotes that end it. */
export function block(text: string, indent: number): string {
  const pad = ' '.repeat(indent);
  const lines = text
    .replaceAll('"""', '\\"""')
    .split('\n')
    .map((line) => (line === '' ? '' : `${pad}${line}`));
  return `"""\n${lines.join('\n')}\n${pad}"""`;
}

/** A description that is longer is no longer one: what is behind is cut off. In characters. */
const MAX_DESCRIPTION = 20_000;

/** What stands in front of what it describes, with its line break; empty if there is nothing to say. */
export function descriptionText(text: string | undefined, indent: number): string {
  const given = text ?? '';
  const plain = cleaned(given.length > MAX_DESCRIPTION ? `${given.slice(0, MAX_DESCRIPTION)} …` : given);
  if (plain === '') return '';
  const pad = ' '.repeat(indent);
  const line = quoted(plain);
  if (!plain.includes('\n') && indent + line.length <= WIDTH) return `${pad}${line}\n`;
  return `${pad}${block(wrapText(plain, WIDTH - indent), indent)}\n`;
}

/** Without what GraphQL has no place for, blank lines around, and an indentation that all lines share. */
function cleaned(text: string): string {
  const lines = text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f\ufeff]/g, '')
    .trim()
    .split('\n')
    .map((line) => line.trimEnd());
  const [first = '', ...rest] = lines;
  const told = rest.filter((line) => line !== '').map((line) => /^\s*/.exec(line)![0].length);
  const common = told.length > 0 ? told.reduce((a, b) => Math.min(a, b)) : 0;
  return [first, ...rest.map((line) => line.slice(common))].join('\n');
}

/** As one line of a comment. */
export const commentText = (text: string): string =>
  `# ${cleaned(text.slice(0, WIDTH * 2)).replace(/\s+/g, ' ')}`;
